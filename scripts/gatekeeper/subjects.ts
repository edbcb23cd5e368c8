import { actionOf } from '../../core/admission/actions.ts';
import type { Action } from '../../core/admission/admission.ts';

/** A kind of objects, as Gatekeeper names it. */
export type GVK = { readonly group: string; readonly version: string; readonly kind: string };

/** The kinds that the rules look at in the cluster. */
export const kinds = {
  node: { group: 'sei.io', version: 'v1alpha1', kind: 'SeiNode' },
  networkPolicy: { group: 'networking.k8s.io', version: 'v1', kind: 'NetworkPolicy' },
  namespace: { group: '', version: 'v1', kind: 'Namespace' },
  pod: { group: '', version: 'v1', kind: 'Pod' },
  statefulSet: { group: 'apps', version: 'v1', kind: 'StatefulSet' },
  service: { group: '', version: 'v1', kind: 'Service' },
  secret: { group: '', version: 'v1', kind: 'Secret' },
} as const satisfies Record<string, GVK>;

/** What Gatekeeper is told of a rule. */
export type Subject = {
  /** What it is asked about. */
  readonly match: readonly GVK[];
  /** What it reads beside that. */
  readonly sync: readonly GVK[];
  /** Whether it is asked about networks. */
  readonly network: boolean;
  /** Whether it takes PolicyParameters. */
  readonly parameters: boolean;
  /** Whether it reads Secrets: not installed by default. */
  readonly secrets: boolean;
};

const { node, networkPolicy, namespace, pod, statefulSet, service, secret } = kinds;

const aboutNodes: Subject = {
  match: [node],
  sync: [node],
  network: false,
  parameters: false,
  secrets: false,
};

const aboutNetworks: Subject = {
  match: [node, pod, statefulSet, networkPolicy, namespace],
  sync: [node, pod, statefulSet, networkPolicy, namespace],
  network: true,
  parameters: true,
  secrets: false,
};

const aboutSecrets: Subject = { ...aboutNodes, sync: [secret], secrets: true };

const subjects: Readonly<Record<string, Subject>> = {
  'tls-immutable': { ...aboutNodes, sync: [] },
  'tls-secret': aboutSecrets,
  'tls-sans': aboutSecrets,
  'label-contract': {
    ...aboutNodes,
    network: true,
    match: [node, pod, statefulSet],
    sync: [node, pod, statefulSet, service, networkPolicy, namespace],
  },
  'listener-split': {
    ...aboutNodes,
    match: [node, pod, statefulSet, service],
    sync: [node, pod, statefulSet, service],
  },
  'netpol-tasks-port': aboutNetworks,
  'netpol-public-port': aboutNetworks,
  'netpol-blocked': aboutNetworks,
};

/** The API server drops unknown fields before it asks anybody. */
const leftOut = ['unknown-field'];

/** What Gatekeeper is told of a rule; undefined for one that it cannot judge. */
export function subjectOf(id: string): Subject | undefined {
  return leftOut.includes(id) ? undefined : (subjects[id] ?? aboutNodes);
}

/** What is done about a violation: the webhook's defaults, but a node may be made before its Secret. */
export function enforcementOf(id: string, { secrets }: Subject): Action {
  return secrets ? 'warn' : actionOf(id, {});
}
