import { BlockList, isIP } from 'node:net';
import type {
  LabelSelector,
  Labels,
  NetworkPolicyPeer,
  NetworkPolicyPort,
  PodsSelector,
} from '../../core/network/network-policy.ts';
import type { NetworkInput, NetworkTarget } from '../../core/network/question.ts';
import { universe } from './networks.ts';

// NetworkPolicy by brute force, written from the API's documentation and from nothing else. It knows only pods, never
// what selectors could mean: every pod that there can be is asked.

/** A pod that there is, or could be. */
export type AnyPod = {
  readonly namespace: string;
  readonly namespaceLabels: Labels;
  readonly labels: Labels;
};

const nameLabel = 'kubernetes.io/metadata.name';

/** Every pod that there could be; of a namespace that is known, with the labels that it has. */
export function everyPod({ namespaces }: NetworkInput): AnyPod[] {
  const namespacesThere = universe.names.flatMap(name =>
    namespaces[name]
      ? [{ ...namespaces[name], [nameLabel]: name }]
      : universe.team.map(team => ({ [nameLabel]: name, ...(team && { team }) }) as Labels),
  );
  return namespacesThere.flatMap(namespaceLabels =>
    everyLabels.map(labels => ({ namespace: namespaceLabels[nameLabel] as string, namespaceLabels, labels })),
  );
}

const everyLabels: readonly Labels[] = Object.entries(universe.pod).reduce<Labels[]>(
  (all, [key, values]) =>
    all.flatMap(labels => values.map(value => (value === undefined ? labels : { ...labels, [key]: value }))),
  [{}],
);

/** "A label selector is a label query over a set of resources. The result of matchLabels and matchExpressions are ANDed." */
export function matches(selector: LabelSelector | null | undefined, labels: Labels): boolean {
  const { matchLabels, matchExpressions } = selector ?? {};
  return (
    Object.entries(matchLabels ?? {}).every(([key, value]) => labels[key] === value) &&
    (matchExpressions ?? []).every(({ key, operator, values }) => {
      const value = labels[key];
      if (operator === 'In') return value !== undefined && (values ?? []).includes(value);
      if (operator === 'NotIn') return value === undefined || !(values ?? []).includes(value);
      return operator === 'Exists' ? value !== undefined : value === undefined;
    })
  );
}

export function isAuthorised({ namespaceSelector, podSelector }: PodsSelector, pod: AnyPod): boolean {
  return matches(namespaceSelector, pod.namespaceLabels) && matches(podSelector, pod.labels);
}

/** A rule that lets somebody in to a TCP port. */
export type Way = {
  readonly policy: string;
  readonly namespace: string;
  readonly rule: number;
  readonly peer: number | null;
  readonly to: NetworkPolicyPeer | null;
};

/** The policies that isolate a target, and the ways through them. */
export function waysIn(
  { policies }: NetworkInput,
  target: NetworkTarget,
  port: number,
): { isolated: boolean; ways: Way[] } {
  const isolating = policies.filter(
    ({ metadata, spec }) =>
      metadata.namespace === target.namespace &&
      typesOf(spec).includes('Ingress') &&
      matches(spec?.podSelector, target.labels),
  );
  const ways = isolating.flatMap(({ metadata, spec }) =>
    (spec?.ingress ?? []).flatMap((rule, index): Way[] => {
      if (!covers(rule.ports, target, port)) return [];
      const place = {
        policy: `${metadata.namespace}/${metadata.name}`,
        namespace: metadata.namespace,
        rule: index,
      };
      // "If this field is empty or missing, this rule matches all sources."
      return rule.from?.length
        ? rule.from.map((to, peer) => ({ ...place, peer, to }))
        : [{ ...place, peer: null, to: null }];
    }),
  );
  return { isolated: isolating.length > 0, ways };
}

/** "If this field is not specified, it will default based on the existence of ingress or egress rules." */
function typesOf(spec: NetworkInput['policies'][number]['spec']): readonly string[] {
  return spec?.policyTypes?.length
    ? spec.policyTypes
    : spec?.egress?.length
      ? ['Ingress', 'Egress']
      : ['Ingress'];
}

/** "If this field is empty or missing, this rule matches all ports." */
function covers(
  ports: readonly NetworkPolicyPort[] | null | undefined,
  target: NetworkTarget,
  port: number,
): boolean {
  if (!ports?.length) return true;
  const sidecars = target.initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always');
  const named = [...target.containers, ...sidecars].flatMap(container => container.ports ?? []);
  return ports.some(entry => {
    if ((entry.protocol ?? 'TCP') !== 'TCP') return false;
    if (entry.port === undefined || entry.port === null) return true;
    if (typeof entry.port === 'number') return entry.port <= port && port <= (entry.endPort ?? entry.port);
    return named.some(
      it => it.name === entry.port && it.containerPort === port && (it.protocol ?? 'TCP') === 'TCP',
    );
  });
}

/** Whether a way is for a pod by its labels; undefined for an ipBlock, which is for addresses. */
export function admits({ namespace, to }: Way, pod: AnyPod): boolean | undefined {
  if (to === null) return true;
  if (to.ipBlock) return undefined;
  const there = to.namespaceSelector
    ? matches(to.namespaceSelector, pod.namespaceLabels)
    : pod.namespace === namespace;
  return there && matches(to.podSelector, pod.labels);
}

/** Whether policies isolate a pod's egress and none lets it out to a target; an ipBlock where its address may be lets it out. */
export function isKeptIn(input: NetworkInput, pod: AnyPod, target: NetworkTarget, port: number): boolean {
  const isolating = input.policies.filter(
    ({ metadata, spec }) =>
      metadata.namespace === pod.namespace &&
      typesOf(spec).includes('Egress') &&
      matches(spec?.podSelector, pod.labels),
  );
  const namespaceLabels = { ...input.namespaces[target.namespace], [nameLabel]: target.namespace };
  const destination = { namespace: target.namespace, namespaceLabels, labels: target.labels };
  const isOut = isolating.some(({ metadata: { namespace }, spec }) =>
    (spec?.egress ?? []).some(
      ({ ports, to }) =>
        covers(ports, target, port) &&
        (!to?.length ||
          to.some(
            peer =>
              admits({ policy: '', namespace, rule: 0, peer: 0, to: peer }, destination) ??
              mayHold(peer, target, input),
          )),
    ),
  );
  return isolating.length > 0 && !isOut;
}

function mayHold({ ipBlock }: NetworkPolicyPeer, { addresses }: NetworkTarget, input: NetworkInput): boolean {
  const { cidr = '', except } = ipBlock ?? {};
  const inside = (network: string, address: string) => {
    const [base = '', bits] = network.split('/');
    const list = new BlockList();
    list.addSubnet(base, Number(bits), isIP(base) === 4 ? 'ipv4' : 'ipv6');
    return list.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6');
  };
  return (
    addresses.length === 0 ||
    addresses.some(index => {
      const address = input.addresses[index] as string;
      return inside(cidr, address) && !(except ?? []).some(each => inside(each, address));
    })
  );
}
