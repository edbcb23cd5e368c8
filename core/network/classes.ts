import { objectKey } from '../kubernetes.ts';
import { compare } from '../order.ts';
import { addressClasses } from './address-classes.ts';
import { peersIn, peersOut, reducer } from './mentions.ts';
import type { Network, NetworkPod } from './network.ts';
import type { Labels, NetworkPolicy, PolicyParameters } from './network-policy.ts';
import type { NetworkInput, NetworkSource, NetworkTarget } from './question.ts';
import { addressesOf, type Target, targetKey } from './targets.ts';

/** A pod that may connect, and the source that stands for it. */
export type SourcePod = {
  /** `NAMESPACE/NAME` */
  readonly key: string;
  readonly namespace: string;
  /** Index in `input.sources`. */
  readonly source: number;
  /** Indexes in `input.addresses`. */
  readonly addresses: readonly number[];
};

/** What the rules are asked, and who its indexes stand for. */
export type Question = {
  readonly input: NetworkInput;
  /** Every pod, sorted by key. */
  readonly pods: readonly SourcePod[];
  /** What is asked about, each with its index in `input.targets`. */
  readonly targets: readonly { readonly target: Target; readonly index: number }[];
};

/**
 * Asks about targets: pods that no selector can tell apart are one source, and one target.
 *
 * @param outside addresses that are asked about and are no pod's.
 */
export function questionOf(
  network: Network,
  targets: readonly Target[],
  parameters: PolicyParameters,
  outside: readonly string[] = [],
): Question {
  const { policies, caveats } = network;
  const reduce = reducer(policies, parameters);
  const addresses = new Numbered<string>();
  for (const address of outside) addresses.of(address, address);
  // Nothing but an ipBlock asks for an address; without one pods that differ in theirs are alike.
  const classOf = addressClasses(policies);
  const askedBy = (peers: typeof peersIn) => {
    const asked = policies.some(policy => peers(policy).some(({ ipBlock }) => ipBlock));
    return (of: readonly string[]) =>
      asked ? distinct(of.map(address => addresses.of(classOf(address), address))) : [];
  };
  const [sourceAddresses, targetAddresses] = [askedBy(peersIn), askedBy(peersOut)];
  const labelSets = new Numbered<Labels>();
  const sources = new Numbered<NetworkSource>();
  const reducedTargets = new Numbered<NetworkTarget>();
  const shapes = new Numbered<string>();
  const pods = network.pods
    .map(pod => sourcePod(pod, reduce, { labelSets, sources, addresses: sourceAddresses }))
    .toSorted(byKey);
  const indexed = targets.map(target => {
    const { key, ...containers } = containersOf(target);
    const own = ownOf(target, reduce, targetAddresses);
    const index = reducedTargets.of(JSON.stringify([own, shapes.of(key, key)]), { ...own, ...containers });
    return { target, index };
  });
  return {
    input: {
      policies: policies.map(withoutRecords),
      namespaces: Object.fromEntries(network.namespaces),
      labelSets: labelSets.all,
      targets: reducedTargets.all,
      sources: sources.all,
      addresses: addresses.all,
      caveats,
      parameters,
    },
    pods,
    targets: indexed.toSorted((a, b) => compare(targetKey(a.target), targetKey(b.target))),
  };
}

function distinct(numbers: readonly number[]): number[] {
  return [...new Set(numbers)];
}

/** Who applied a policy, and how it was before, no rule reads. */
function withoutRecords({ apiVersion, kind, metadata, spec }: NetworkPolicy): NetworkPolicy {
  const { namespace, name } = metadata;
  return { apiVersion, kind, metadata: { namespace, name }, ...(spec && { spec }) };
}

type Reduce = (namespace: string, labels: Labels) => Labels;

function sourcePod(
  { metadata, spec, status }: NetworkPod,
  reduce: Reduce,
  to: {
    readonly labelSets: Numbered<Labels>;
    readonly sources: Numbered<NetworkSource>;
    readonly addresses: (of: readonly string[]) => readonly number[];
  },
): SourcePod {
  const { namespace, name } = metadata;
  const reduced = reduce(namespace, metadata.labels ?? {});
  const labels = to.labelSets.of(JSON.stringify(reduced), reduced);
  const hostNetwork = spec?.hostNetwork ?? false;
  const key = objectKey(namespace, name);
  const source = to.sources.of(`${namespace}/${labels}/${hostNetwork}`, {
    namespace,
    labels,
    hostNetwork,
    example: key,
  });
  return { key, namespace, source, addresses: to.addresses(addressesOf(status)) };
}

/** What a target has beside its containers. */
function ownOf(
  { namespace, labels, hostNetwork, ports, addresses }: Target,
  reduce: Reduce,
  addressesOf: (of: readonly string[]) => readonly number[],
): Omit<NetworkTarget, keyof Containers> {
  return {
    namespace,
    labels: reduce(namespace, labels),
    hostNetwork,
    addresses: addressesOf(addresses),
    ports,
  };
}

type Containers = Pick<NetworkTarget, 'containers' | 'initContainers'> & { readonly key: string };

/** By a pod's containers: admission asks thousands of times about the same pods. */
const known = new WeakMap<object, { readonly of: object; readonly containers: Containers }>();

function containersOf({ containers, initContainers }: Target): Containers {
  const before = known.get(containers);
  if (before?.of === initContainers) return before.containers;
  const shown = {
    containers: containers.map(({ ports = [] }) => ({ ports })),
    initContainers: initContainers.map(({ restartPolicy, ports = [] }) => ({
      ...(restartPolicy && { restartPolicy }),
      ports,
    })),
  };
  const made = { ...shown, key: JSON.stringify(shown) };
  known.set(containers, { of: initContainers, containers: made });
  return made;
}

/** Values, each once. */
class Numbered<T> {
  readonly all: T[] = [];
  readonly #numbers = new Map<string, number>();

  /** The index of a value, by what makes it the same as another. */
  of(key: string, value: T): number {
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#numbers.set(key, this.all.length);
    return this.all.push(value) - 1;
  }
}

function byKey(a: SourcePod, b: SourcePod): number {
  return compare(a.key, b.key);
}
