import { type Fields, isFields } from '../schema/structural.ts';
import type { SeiNode, SeiNodeStatus, TaskPlan } from '../seinode.ts';
import { uuidV5 } from '../uuid.ts';
import type { Observed } from './observed.ts';
import { peerSources } from './params.ts';

/** By this a user says which peers the node may be given: the value is `peersDigest` of them. */
export const applyPeers = 'sei.io/apply-peers';

/** What a node's spec asks for now, and what discover-peers was last given: texts, sorted, each once. */
export type Peers = {
  readonly wanted: readonly string[];
  /** Undefined: nobody knows. */
  readonly given: readonly string[] | undefined;
};

/** @param plan the node's, as it is now; that of status may be the one before. */
export function peersOf(node: SeiNode, observed: Observed, plan: TaskPlan | undefined): Peers {
  const resolvedPeers = observed.resolvedPeers ?? node.status?.resolvedPeers ?? [];
  // The peers of a ceremony are those of its peers.json, whatever spec.peers says (docs/spec/genesis.md).
  const isOfCeremony = node.spec.validator?.genesisCeremony !== undefined;
  const sources = isOfCeremony ? [] : peerSources({ ...node, status: { ...node.status, resolvedPeers } });
  return { wanted: peerTexts(sources), given: givenBy(plan) ?? givenPeers(node.status) };
}

/**
 * What discover-peers was last given, by status: told by the plan while it is there, kept in appliedPeers once it is
 * replaced. A CRD without that field drops it; then nobody knows.
 */
export function givenPeers(status: SeiNodeStatus | undefined): readonly string[] | undefined {
  return givenBy(status?.plan) ?? status?.appliedPeers;
}

/** The same by a plan alone; undefined where it has not completed such a task. */
export function givenBy(plan: TaskPlan | undefined): readonly string[] | undefined {
  const task = plan?.tasks.findLast(({ type, status }) => type === 'discover-peers' && status === 'Complete');
  // The reference controller stores Go's field names.
  return task && peerTexts(task.params?.sources ?? task.params?.Sources);
}

/** Whether both are the same: in another order, or twice, peers are no others. */
export function areCurrent({ wanted, given }: Peers): boolean {
  return given !== undefined && wanted.join('\n') === given.join('\n');
}

/**
 * Whether the user wants these very peers given to the node, and they are others than it has. No list is made empty: a
 * label that selects nobody for a moment would cut the node off.
 */
export function mayBeGiven({ metadata }: SeiNode, peers: Peers): boolean {
  const isWished = metadata.annotations?.[applyPeers] === peersDigest(peers.wanted);
  return isWished && peers.wanted.length > 0 && !areCurrent(peers);
}

/** A short name of a list of peers, which another list does not have. */
export function peersDigest(peers: readonly string[]): string {
  return uuidV5('8d3b6a52-6f0e-4c57-9b1d-0c6e2f7a9e41', peers.join('\n')).slice(0, 8);
}

/** What sources name, as texts; of what is none of them nothing. */
export function peerTexts(sources: unknown): string[] {
  const fields = Array.isArray(sources) ? sources.filter(isFields) : [];
  return [...new Set(fields.flatMap(textsOf))].toSorted();
}

function textsOf({ type, addresses, endpoints, region, tags }: Fields): string[] {
  if (type === 'ec2Tags') return [`ec2Tags ${region} ${isFields(tags) ? pairs(tags) : ''}`];
  const named = type === 'static' ? addresses : endpoints;
  return Array.isArray(named) ? named.map(String) : [];
}

function pairs(tags: Fields): string {
  return Object.entries(tags)
    .map(([key, value]) => `${key}=${value}`)
    .toSorted()
    .join(',');
}
