import type { Question } from './classes.ts';
import type { NetworkAnswer, NetworkInput, NetworkSource, Through } from './question.ts';

type Ingress = NetworkAnswer['ingress'][number];

/** What lets somebody in, and whom: sources for certain, or addresses of an ipBlock. */
export type Admission = {
  readonly through: Through;
  /** Whether a source may pass, by index; absent for an ipBlock. */
  readonly sources?: (source: number) => boolean;
  readonly block?: { readonly cidr: string; readonly addresses: ReadonlySet<number> };
};

/**
 * Looks up what an answer says of a target's port.
 *
 * @returns what lets somebody in, by the policies' names, then rule and peer.
 */
export function admissionsOf({ input }: Question, answer: NetworkAnswer): (to: Ingress) => Admission[] {
  const known = new Map<string, Admission>();
  const whom = new Map<number, Omit<Admission, 'through'>>();
  const passing = ({ policy, rule, peer }: Through): Omit<Admission, 'through'> => {
    if (peer === null) return { sources: () => true };
    const index = answer.peers[policy]?.[rule]?.[peer] ?? -1;
    const found = whom.get(index) ?? whoPasses(answer.who[index], input);
    whom.set(index, found);
    return found;
  };
  const admission = (through: Through): Admission => {
    const key = peerKey(through);
    const found = known.get(key) ?? { through, ...passing(through) };
    known.set(key, found);
    return found;
  };
  return ({ admits }) => admits.toSorted(inOrder(input)).map(admission);
}

function peerKey({ policy, rule, peer }: Through): string {
  return `${policy}/${rule}/${peer}`;
}

/** Policies by their names, their rules and peers as they are written. */
function inOrder({ policies }: NetworkInput): (a: Through, b: Through) => number {
  const name = ({ policy }: Through) => policies[policy]?.metadata.name ?? '';
  return (a, b) =>
    (name(a) < name(b) ? -1 : Number(name(a) > name(b))) ||
    a.rule - b.rule ||
    (a.peer ?? -1) - (b.peer ?? -1);
}

function whoPasses(
  who: NetworkAnswer['who'][number] | undefined,
  { sources }: NetworkInput,
): Omit<Admission, 'through'> {
  if (who === undefined) return { sources: () => false };
  if ('cidr' in who) return { block: { cidr: who.cidr, addresses: new Set(who.addresses) } };
  const means = standsFor(who);
  // A pod on its node's network has the node's address, which no selector means.
  const passing = sources.map(source => !source.hostNetwork && means(source));
  return { sources: source => passing[source] ?? false };
}

/** Whether a peer means a source, as the rules have said. */
export function standsFor(
  who: NetworkAnswer['who'][number] | undefined,
): (source: Pick<NetworkSource, 'namespace' | 'labels'>) => boolean {
  if (who === undefined || 'cidr' in who) return () => false;
  const [namespaces, labelSets] = [new Set(who.namespaces), new Set(who.labelSets)];
  return ({ namespace, labels }) => namespaces.has(namespace) && labelSets.has(labels);
}
