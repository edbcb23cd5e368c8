import { conditionReasons } from '../conditions.ts';
import type { ConditionFacts } from '../merge-conditions.ts';
import { shown } from '../schema/text.ts';
import type { SeiNode } from '../seinode.ts';
import { applyPeers, areCurrent, type Peers, peersDigest } from './given-peers.ts';

/** Peers that a message names of those that came or went. */
const named = 5;

/** PeersCurrent of a Running node; null where it has no peers and was given none. */
export function peersCondition(node: SeiNode, peers: Peers): ConditionFacts | null {
  const { wanted, given } = peers;
  const reasons = conditionReasons.PeersCurrent;
  if (wanted.length === 0 && (given ?? []).length === 0) return null;
  if (given === undefined) {
    const message = `which peers discover-peers was last given is not known; ${remedy(node, wanted)}`;
    return { status: 'Unknown', reason: reasons.unknown, message };
  }
  if (areCurrent(peers)) {
    const message = 'discover-peers was given what spec.peers asks for; seid reads it as it starts';
    return { status: 'True', reason: reasons.applied, message };
  }
  const [added, removed] = [without(wanted, given), without(given, wanted)];
  const changes = [...told('added', added), ...told('removed', removed)].join('; ');
  return { status: 'False', reason: reasons.changed, message: `${changes}; ${remedy(node, wanted)}` };
}

function remedy({ metadata: { name, namespace } }: SeiNode, wanted: readonly string[]): string {
  if (wanted.length === 0) {
    return 'seid keeps the peers that it has: an empty list is given to no node';
  }
  const node = `-n ${namespace} ${name}`;
  const wish = `kubectl annotate --overwrite seinode ${node} ${applyPeers}=${peersDigest(wanted)}`;
  return `to have them written: ${wish}; seid reads them as its pod starts anew: kubectl delete pod ${node}-0`;
}

function told(how: 'added' | 'removed', peers: readonly string[]): string[] {
  if (peers.length === 0) return [];
  const more = peers.length > named ? [`${peers.length - named} more`] : [];
  return [`${how} ${[...peers.slice(0, named).map(plain), ...more].join(', ')}`];
}

/** A name as it is; whatever else may be in a list only in quotes, and not in full length. */
function plain(peer: string): string {
  return /^[\w.:@[\]-]{1,130}$/.test(peer) ? peer : shown(peer);
}

function without(peers: readonly string[], others: readonly string[]): string[] {
  const known = new Set(others);
  return peers.filter(peer => !known.has(peer));
}
