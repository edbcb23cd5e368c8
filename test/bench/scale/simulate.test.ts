import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { shardOf } from '../../../core/shards.ts';
import { seeded } from '../../core/x509/random.ts';
import { VirtualClock } from '../../virtual-clock.ts';
import { Server } from './server.ts';
import { fairShares, namespacesOf, replicasOf, skew } from './share.ts';
import { type Case, simulate } from './simulate.ts';
import { bySize } from './tables.ts';

const cases: readonly Case[] = (['create', 'update', 'renew', 'start'] as const).flatMap(change => [
  { change, nodes: 60, replicas: 1 },
  { change, nodes: 60, replicas: 3 },
  { change, nodes: 60, replicas: 8, shards: 64, inFirst: 0.5 },
  { change, nodes: 60, replicas: 3, namespaces: 1, controllerQPS: 1_000, seed: 7 },
]);

for (const of of cases) {
  test(`every node is done, each by one replica: ${JSON.stringify(of)}`, async t => {
    const { done, shared } = await simulate(of);
    t.deepEqual({ done, shared }, { done: of.nodes, shared: 0 });
  });
}

test('the same case has the same outcome, and another seed another', async t => {
  const of = { change: 'create', nodes: 50, replicas: 2 } as const;
  t.deepEqual(await simulate(of), await simulate(of));
  t.notDeepEqual(await simulate(of), await simulate({ ...of, seed: 2 }));
});

for (const change of ['create', 'update', 'renew', 'start'] as const) {
  test(`more replicas are no slower, but for the tenth that chance may be: ${change}`, async t => {
    const of = { change, nodes: 200, namespaces: 200, controllerQPS: 1_000 };
    const times: number[] = [];
    for (const replicas of [1, 2, 4, 8]) times.push((await simulate({ ...of, replicas })).seconds);
    t.true(
      times.every((time, index) => index === 0 || time <= times[index - 1]! * 1.1),
      `${times}`,
    );
  });
}

test('nobody is faster than the controller that makes the pods', async t => {
  const of = { change: 'create', nodes: 100, controllerQPS: 20 } as const;
  for (const replicas of [1, 8]) {
    const { seconds, busy } = await simulate({ ...of, replicas });
    t.true(seconds >= (100 * 5) / 20);
    t.true(busy.controller > 0.5);
  }
});

for (const [replicas, shards] of [
  [1, 1],
  [3, 12],
  [8, 24],
  [5, 64],
] as const) {
  test(`${replicas} replicas hold all of ${shards} shards, as many each, give or take one`, t => {
    const random = seeded(shards);
    const holders = fairShares(replicas, shards, () => random.below(100) / 100);
    const counts = Array.from(
      { length: replicas },
      (_, me) => holders.filter(holder => holder === me).length,
    );
    t.is(holders.length, shards);
    t.true(Math.max(...counts) - Math.min(...counts) <= 1, `${counts}`);
  });
}

test('the nodes of a namespace are one replica’s, that of its shard', t => {
  const namespaces = namespacesOf(90, 30, 0.5);
  const holders = [0, 1, 2, 0, 1, 2];
  t.deepEqual(
    replicasOf(namespaces, holders),
    namespaces.map(namespace => holders[shardOf(namespace, 6)]!),
  );
  t.is(namespaces.filter(namespace => namespace === 'ns-0').length, 45 + 1);
  t.is(skew([0, 0, 0, 1], 2), 1.5);
});

test('a server does so much at once, and the rest in the order in which it came', async t => {
  const clock = new VirtualClock();
  const server = new Server(clock, 2);
  const done: string[] = [];
  for (const [name, takes] of Object.entries({ a: 10, b: 3, c: 3, d: 5 }))
    void server.use(takes).then(() => done.push(`${name} at ${clock.now}`));
  await clock.run();
  t.deepEqual(done, ['b at 3', 'c at 6', 'a at 10', 'd at 11']);
  t.is(server.busy, 21);
});

test('docs/scale.md has what is simulated', async t => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/scale.md'), 'utf8');
  const { rows } = bySize([[1_000, [8]]]);
  for (const row of rows) {
    const cells = await row();
    t.true(page.includes(`| ${cells.join(' | ')} |`), `node test/bench/scale/run.ts --write: ${cells}`);
  }
});
