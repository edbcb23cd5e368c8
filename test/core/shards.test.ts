import test from 'ava';
import fc from 'fast-check';
import {
  countsOf,
  groupOf,
  type Move,
  modesty,
  mostShards,
  nextMove,
  politeness,
  type Shard,
  shardLease,
  shardOf,
  shardsOf,
} from '../../core/shards.ts';

test('the shard of a namespace is the same for ever, and no shard is left out', t => {
  t.deepEqual(
    ['arctic', 'pacific', 'default', ''].map(name => shardOf(name, 8)),
    [expected('arctic'), expected('pacific'), expected('default'), expected('')],
  );
  const found = new Set(Array.from({ length: 1_000 }, (_, index) => shardOf(`chain-${index}`, mostShards)));
  t.is(found.size, mostShards);

  // `printf %s NAME | sha256sum | cut -c1-8`, modulo 8
  function expected(name: string): number {
    const first = { arctic: 0x806a7e7b, pacific: 0x7b989fe5, default: 0x37a8eec1, '': 0xe3b0c442 }[name]!;
    return first % 8;
  }
});

test('a group is known by its name, and nobody else is', t => {
  t.is(groupOf(8), 'shards-of-8');
  t.is(shardLease('bc1f5b0a.sei.io', 3, 8), 'bc1f5b0a.sei.io-3-of-8');
  t.is(shardsOf({ holderIdentity: groupOf(8) }), 8);
  for (const holderIdentity of ['', 'host_0b54', 'shards-of-', 'shards-of-1', 'shards-of-1e9', 'shards-of-x'])
    t.is(shardsOf({ holderIdentity }), undefined, holderIdentity);
  t.is(shardsOf({}), undefined);
});

/** Shards by who holds each; `-` for nobody. */
function held(holders: string, more: Partial<Record<number, Partial<Shard>>> = {}): Shard[] {
  return [...holders].map((holder, index) => ({
    index,
    holder: holder === '-' ? undefined : holder,
    freeFor: 0,
    askedBy: undefined,
    ...more[index],
  }));
}

for (const [says, shards, move] of [
  ['a free shard is taken', held('-'), { kind: 'take', shard: 0 }],
  ['not where another holds fewer', held('aab-'), { kind: 'none' }],
  ['but where that one does not come', held('aab-', { 3: { freeFor: modesty } }), { kind: 'take', shard: 3 }],
  ['a shard that was asked for is left to who asked', held('b-', { 1: { askedBy: 'c' } }), { kind: 'none' }],
  ['for a while', held('b-', { 1: { askedBy: 'c', freeFor: politeness } }), { kind: 'take', shard: 1 }],
  ['who asked takes it', held('aab-', { 3: { askedBy: 'a' } }), { kind: 'take', shard: 3 }],
  ['who holds two fewer asks who holds most', held('bbbcc'), { kind: 'ask', shard: 0 }],
  ['not for what another asks for', held('bb', { 0: { askedBy: 'c' } }), { kind: 'ask', shard: 1 }],
  ['not for one fewer', held('abb'), { kind: 'none' }],
  ['not for two at once', held('bbbb', { 2: { askedBy: 'a' } }), { kind: 'none' }],
  ['not while one is free', held('aabbbb-'), { kind: 'take', shard: 6 }],
  ['who is asked gives', held('aab', { 1: { askedBy: 'c' } }), { kind: 'give', shard: 1 }],
  ['not to one who has one fewer', held('aab', { 1: { askedBy: 'b' } }), { kind: 'none' }],
  ['nothing of what others hold', held('bbac', { 1: { askedBy: 'd' } }), { kind: 'none' }],
] satisfies [string, Shard[], Move][]) {
  test(`${says}: ${shards.map(({ holder = '-' }) => holder).join('')}`, t => {
    t.deepEqual(nextMove('a', shards, 0), move);
  });
}

const replica = fc.constantFrom('a', 'b', 'c', 'd');
const anyShard = fc.record({
  holder: fc.option(replica, { nil: undefined }),
  freeFor: fc.nat(10_000),
  askedBy: fc.option(replica, { nil: undefined }),
});

test('whatever the Leases show, a move is one that may be made', t =>
  fc.assert(
    fc.property(
      fc.array(anyShard, { maxLength: 12 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (found, random) => {
        const shards = found.map((shard, index) => ({ ...shard, index }));
        const move = nextMove('a', shards, random);
        if (move.kind === 'none') return;
        const { holder, askedBy } = shards[move.shard]!;
        const counts = countsOf(shards);
        const of = (who = '') => counts.get(who) ?? 0;
        if (move.kind === 'take') t.is(holder, undefined);
        if (move.kind === 'ask') t.true(holder !== 'a' && of(holder) >= of('a') + 2);
        if (move.kind === 'give') t.true(holder === 'a' && of('a') >= of(askedBy) + 2);
      },
    ),
    { seed: 20261122 },
  ));

test('from any shares, moves one after the other end, and in shares that differ by one at most', t =>
  fc.assert(
    fc.property(
      fc.array(fc.option(replica, { nil: undefined }), { minLength: 1, maxLength: 12 }),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 200, maxLength: 200 }),
      (holders, randoms) => {
        let shards: Shard[] = holders.map((holder, index) => ({
          index,
          holder,
          freeFor: 0,
          askedBy: undefined,
        }));
        let still = 0;
        for (const [round, random] of randoms.entries()) {
          const me = 'abcd'[round % 4]!;
          const move = nextMove(me, shards, random);
          still = move.kind === 'none' ? still + 1 : 0;
          shards = shards.map(shard =>
            move.kind !== 'none' && shard.index === move.shard ? moved(shard, move, me) : shard,
          );
        }
        const counts = ['a', 'b', 'c', 'd'].map(who => countsOf(shards).get(who) ?? 0);
        t.true(still >= 8, 'nothing moves any more');
        t.true(Math.max(...counts) - Math.min(...counts) <= 1, counts.join());
        t.is(
          counts.reduce((sum, count) => sum + count),
          holders.length,
        );
      },
    ),
    { seed: 20261122 },
  ));

function moved(shard: Shard, { kind }: Move, me: string): Shard {
  if (kind === 'take') return { ...shard, holder: me, askedBy: undefined };
  return kind === 'ask' ? { ...shard, askedBy: me } : { ...shard, holder: undefined };
}
