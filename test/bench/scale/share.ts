import { nextMove, type Shard, shardOf } from '../../../core/shards.ts';

/** The namespace of each node: so many namespaces of as many nodes, but for a part of all that is in the first. */
export function namespacesOf(nodes: number, namespaces: number, inFirst = 0): string[] {
  const first = Math.round(nodes * inFirst);
  return Array.from({ length: nodes }, (_, index) => `ns-${index < first ? 0 : index % namespaces}`);
}

/** Which replica works each shard, once none moves any more; the real moves, in turns. @param random from 0 to 1. */
export function fairShares(replicas: number, shards: number, random: () => number): number[] {
  let seen: Shard[] = Array.from({ length: shards }, (_, index) => free(index));
  const names = Array.from({ length: replicas }, (_, index) => `${index}`);
  for (let calm = 0; calm < 2; ) {
    calm += 1;
    for (const me of names) {
      const move = nextMove(me, seen, random());
      if (move.kind === 'none') continue;
      calm = 0;
      seen = seen.map(shard => (shard.index === move.shard ? moved(shard, me, move.kind) : shard));
    }
  }
  return seen.map(({ holder }) => Number(holder));
}

function moved(shard: Shard, me: string, kind: 'take' | 'ask' | 'give'): Shard {
  if (kind === 'take') return { ...shard, holder: me, askedBy: undefined };
  return kind === 'ask' ? { ...shard, askedBy: me } : { ...shard, holder: undefined };
}

function free(index: number): Shard {
  return { index, holder: undefined, freeFor: Number.POSITIVE_INFINITY, askedBy: undefined };
}

/** The replica of each node. */
export function replicasOf(namespaces: readonly string[], holders: readonly number[]): number[] {
  const known = new Map<string, number>();
  return namespaces.map(namespace => {
    const replica = known.get(namespace) ?? holders[shardOf(namespace, holders.length)]!;
    known.set(namespace, replica);
    return replica;
  });
}

/** How many nodes the replica with the most has, of what each would have if all had as many. */
export function skew(replicas: readonly number[], count: number): number {
  const nodes = new Array<number>(count).fill(0);
  for (const replica of replicas) nodes[replica]! += 1;
  return (Math.max(...nodes) * count) / replicas.length;
}
