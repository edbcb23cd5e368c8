import { createHash } from 'node:crypto';
import type { LeaseSpec } from './leader-election.ts';

/** The shard of a namespace, with all that is in it: policies, Secrets and pods matter to every node beside them. */
export function shardOf(namespace: string, count: number): number {
  return createHash('sha256').update(namespace).digest().readUInt32BE() % count;
}

/** As whom replicas hold the one Lease of all operators together, each of which works some of so many shards. */
export function groupOf(count: number): string {
  return `${group}${count}`;
}

/** How many shards the holder of the Lease of all operators works; undefined where it is no group. */
export function shardsOf({ holderIdentity = '' }: LeaseSpec): number | undefined {
  const count = Number(holderIdentity.startsWith(group) && holderIdentity.slice(group.length));
  return Number.isInteger(count) && count > 1 && count <= mostShards ? count : undefined;
}

const group = 'shards-of-';

/** Each is a Lease that is renewed every two seconds. */
export const mostShards = 64;

/** The name of the Lease of a shard. @param lease that of all operators. */
export function shardLease(lease: string, shard: number, count: number): string {
  return `${lease}-${shard}-of-${count}`;
}

/** A shard, as its Lease shows it to one replica. */
export type Shard = {
  readonly index: number;
  /** Who holds it and was heard of in time; undefined where nobody does. */
  readonly holder: string | undefined;
  /** Milliseconds since it is seen to be free. */
  readonly freeFor: number;
  /** Who asks its holder for it. */
  readonly askedBy: string | undefined;
};

export type Move =
  | { readonly kind: 'take' | 'ask' | 'give'; readonly shard: number }
  | { readonly kind: 'none' };

/** Milliseconds that a free shard is left to those who hold fewer, and to who asked for it: each has looked once by then. */
export const [modesty, politeness] = [2_000, 4_000];

/**
 * What one replica does next for fair shares, knowing of others what the Leases show: who holds none shows by asking. One
 * that holds at least two fewer asks, so each shard that moves makes the shares more equal, and none moves back.
 *
 * @param random from 0 to 1: who comes at once shall not want the same.
 */
export function nextMove(me: string, shards: readonly Shard[], random: number): Move {
  const counts = countsOf(shards);
  const own = counts.get(me) ?? 0;
  const given = shards.find(shard => isJust(me, shard, counts));
  if (given !== undefined) return { kind: 'give', shard: given.index };
  const free = shards.filter(({ holder }) => holder === undefined);
  const others = [...counts].filter(([holder]) => holder !== me).map(([, count]) => count);
  const isModest = others.every(count => own <= count);
  const open = free.filter(
    ({ askedBy, freeFor }) =>
      askedBy === me || freeFor >= (askedBy === undefined ? (isModest ? 0 : modesty) : politeness),
  );
  if (open.length > 0) return { kind: 'take', shard: chosen(open, random).index };
  if (free.length > 0 || shards.some(({ holder, askedBy }) => askedBy === me && holder !== me)) return none;
  const most = Math.max(0, ...others);
  if (most < own + 2) return none;
  const wanted = shards.filter(
    ({ holder = me, askedBy }) => holder !== me && counts.get(holder) === most && askedBy === undefined,
  );
  return wanted.length === 0 ? none : { kind: 'ask', shard: chosen(wanted, random).index };
}

const none: Move = { kind: 'none' };

/** Whether a replica gives a shard that it is asked for: who asks has at least two fewer. */
export function isJust(me: string, { holder, askedBy }: Shard, counts: ReadonlyMap<string, number>): boolean {
  if (holder !== me || askedBy === undefined || askedBy === me) return false;
  return (counts.get(me) ?? 0) >= (counts.get(askedBy) ?? 0) + 2;
}

/** How many shards each replica holds, of those that hold any. */
export function countsOf(shards: readonly Shard[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { holder } of shards)
    if (holder !== undefined) counts.set(holder, (counts.get(holder) ?? 0) + 1);
  return counts;
}

function chosen(shards: readonly Shard[], random: number): Shard {
  return shards[Math.min(shards.length - 1, Math.floor(random * shards.length))]!;
}
