import type { ObjectMeta } from '../kubernetes.ts';
import { proxyPort } from '../listeners.ts';

type Labels = Readonly<Record<string, string>>;

type LabelSelector = {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
};

type Port = { readonly protocol?: string; readonly port?: number | string; readonly endPort?: number };

/** A NetworkPolicy (Kubernetes API, networking.k8s.io/v1): what is read of it. */
export type NetworkPolicy = {
  readonly metadata: ObjectMeta;
  readonly spec?: {
    readonly podSelector?: LabelSelector;
    readonly policyTypes?: readonly string[];
    readonly ingress?: readonly { readonly ports?: readonly Port[] }[];
  };
};

/**
 * The policies that keep everybody from 8443 of a pod for certain: they isolate it, and none of those that select it has
 * a rule for that port. Who a rule lets in is not judged.
 *
 * @returns their names; none where it may be open.
 */
export function closingPolicies(policies: readonly NetworkPolicy[], labels: Labels): string[] {
  const isolating = policies.filter(
    ({ spec }) => selects(spec?.podSelector, labels) && (spec?.policyTypes?.includes('Ingress') ?? true),
  );
  const rules = isolating.flatMap(({ spec }) => spec?.ingress ?? []);
  const isOpen = rules.some(({ ports }) => !ports?.length || ports.some(coversProxy));
  return isOpen ? [] : isolating.map(({ metadata }) => metadata.name);
}

/** Port `api` is the proxy's by name (contract §4). */
function coversProxy({ protocol = 'TCP', port, endPort }: Port): boolean {
  if (protocol !== 'TCP') return false;
  if (typeof port !== 'number') return port === undefined || port === 'api';
  return port <= proxyPort && proxyPort <= (endPort ?? port);
}

/** An empty selector is for all pods; NotIn matches an absent key. */
function selects({ matchLabels = {}, matchExpressions = [] }: LabelSelector = {}, labels: Labels): boolean {
  const has = (key: string) => Object.hasOwn(labels, key);
  const isEqual = Object.entries(matchLabels).every(([key, value]) => has(key) && labels[key] === value);
  return (
    isEqual &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      const isAmong = has(key) && values.includes(labels[key] as string);
      const answers: Labels | object = {
        In: isAmong,
        NotIn: !isAmong,
        Exists: has(key),
        DoesNotExist: !has(key),
      };
      return (answers as Record<string, boolean>)[operator] === true;
    })
  );
}
