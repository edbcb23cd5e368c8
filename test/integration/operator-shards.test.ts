import { join } from 'node:path';
import anyTest from 'ava';
import type { SeiNode } from '../../core/seinode.ts';
import { shardLease, shardOf } from '../../core/shards.ts';
import { leaseName } from '../../operator/leader-election/leases.ts';
import { until } from '../control-plane/until.ts';
import type { Seen } from '../faults/proxy/seen.ts';
import { leads } from '../faults/replicas.ts';
import { directory } from '../operator/manifests.ts';
import { type FaultyOperator, type Fleet, faultyOperator, install, startFleet } from './faulty-operator.ts';
import { withControlPlane } from './with-control-plane.ts';

const { test, controlPlane } = withControlPlane(anyTest.serial);

const leases = '/apis/coordination.k8s.io/v1/namespaces/sei-k8s-controller-system/leases';
const count = 6;
const namespaces = Array.from({ length: 12 }, (_, index) => `chain-${index}`);
/** Of each namespace. */
const nodes = 2;
type Write = { readonly by: string; readonly namespace: string; readonly at: number; readonly path: string };
/** What replicas wrote, Leases and Events apart, in the order in which it came. */
let writes: Write[] = [];
let fleet: Fleet;
let replicas: Readonly<Record<string, FaultyOperator>> = {};

async function replica(name: string, shards: number): Promise<FaultyOperator> {
  const flags = ['--leader-elect=true', `--shards=${shards}`];
  const operator = await faultyOperator(controlPlane(), fleet.sidecars, { name, flags });
  void operator.proxy.fault('hold', { of: call => noted(name, call) });
  return operator;
}

test('three replicas share the shards, two each', async t => {
  await install(controlPlane(), t);
  await controlPlane().kubectl(['apply', '--server-side', '-f', join(directory, 'sharding/role.yaml')]);
  fleet = await startFleet(controlPlane());
  replicas = { a: await replica('a', count), b: await replica('b', count), c: await replica('c', count) };
  await Promise.all(Object.values(replicas).map(each => each.start()));
  t.true(await until(async () => (await sharesOf()).join() === '2,2,2'));
  t.is((await specOf(leaseName)).holderIdentity, `shards-of-${count}`);
});

test('every node comes to run, and each namespace is written by the one that holds its shard', async t => {
  for (const name of namespaces) await fleet.create(name, nodes);
  t.true(await until(() => areAll(({ status }) => status?.phase === 'Running')));
  const holders = await holdersOf();
  for (const name of namespaces) t.deepEqual(writersOf(name), [holders.get(shardOf(name, count))], name);
  t.deepEqual(new Set(writes.map(({ by }) => by)), new Set(['a', 'b', 'c']));
  const told = await Promise.all(Object.values(replicas).map(each => each.metric('seinode_phase{')));
  t.is(
    told.reduce((sum, one) => sum + (one || 0)),
    nodes * namespaces.length,
  );
});

test('the shards of one that is killed are worked by the others', async t => {
  const before = await holdersOf();
  writes = [];
  const killedAt = Date.now();
  await replicas.a!.stop('SIGKILL');
  await edit('sei:v6.4.0');
  t.true(await until(() => areAll(({ status }) => status?.currentImage === 'sei:v6.4.0')));
  const left = namespaces.filter(name => before.get(shardOf(name, count)) === 'a');
  t.true(left.length > 0);
  const waits = left.map(name => writes.find(({ namespace }) => namespace === name)!.at - killedAt);
  t.log(`handed over after ${Math.min(...waits)} to ${Math.max(...waits)} ms, ${left.length} namespaces`);
  for (const name of namespaces) {
    const holder = before.get(shardOf(name, count));
    const writers = writersOf(name);
    t.is(writers.length, 1, `${name}: ${writers}`);
    t.true(holder === 'a' ? 'bc'.includes(writers[0]!) : holder === writers[0], `${name}: ${writers}`);
  }
  t.true(await until(async () => (await sharesOf()).join() === '3,3'));
});

test('one that is added is given its share amid work, and no namespace is written by two in turn', async t => {
  writes = [];
  const startedAt = Date.now();
  await replicas.a!.start();
  const balanced = until(async () => (await sharesOf()).join() === '2,2,2');
  for (let edits = 0; (await sharesOf()).join() !== '2,2,2' && edits < 100; edits += 1) {
    const image = `sei:v6.5.${edits}`;
    await edit(image);
    await until(() => areAll(({ status }) => status?.currentImage === image));
  }
  t.true(await balanced);
  t.log(`shares are equal ${Date.now() - startedAt} ms after its start`);
  await edit('sei:v6.6.0');
  t.true(await until(() => areAll(({ status }) => status?.currentImage === 'sei:v6.6.0')));
  const holders = await holdersOf();
  for (const name of namespaces) {
    const turns = turnsOf(name);
    t.is(turns.at(-1), holders.get(shardOf(name, count)), name);
    t.is(new Set(turns).size, turns.length, `${name}: ${turns}`);
  }
  t.true(writes.some(({ by }) => by === 'a'));
});

test('one that ends in order hands over without a wait for its Leases', async t => {
  const before = await holdersOf();
  writes = [];
  const ended = replicas.b!.ended();
  await replicas.b!.stop('SIGTERM');
  t.is(await ended, 'exit 0');
  const endedAt = Date.now();
  await edit('sei:v6.7.0');
  t.true(await until(() => areAll(({ status }) => status?.currentImage === 'sei:v6.7.0')));
  const left = namespaces.filter(name => before.get(shardOf(name, count)) === 'b');
  const waits = left.map(name => writes.find(({ namespace }) => namespace === name)!.at - endedAt);
  t.log(`handed over after ${Math.min(...waits)} to ${Math.max(...waits)} ms, ${left.length} namespaces`);
  for (const name of namespaces) t.is(turnsOf(name).length, 1, name);
});

test('one that would work all waits for as long as the group is there, and then works all', async t => {
  const alone = await replica('alone', 1);
  t.teardown(() => alone.end());
  await alone.start();
  const looks = () =>
    alone.proxy.seen.filter(({ method, path }) => method === 'GET' && path.endsWith(leaseName));
  t.true(await until(() => looks().length >= 5));
  t.false(await leads(alone));
  t.deepEqual(alone.writes(), []);
  await Promise.all([replicas.a!.stop('SIGTERM'), replicas.c!.stop('SIGTERM')]);
  const endedAt = Date.now();
  t.true(await until(() => leads(alone)));
  t.log(`leads ${Date.now() - endedAt} ms after the last of the group has ended`);
  writes = [];
  await edit('sei:v6.8.0');
  t.true(await until(() => areAll(({ status }) => status?.currentImage === 'sei:v6.8.0')));
  t.deepEqual(new Set(writes.map(({ by }) => by)), new Set(['alone']));
});

test('no replica met what it could not go on from', t => {
  for (const each of Object.values(replicas)) t.deepEqual(each.errors(), []);
});

anyTest.after.always('they stop', async () => {
  await Promise.all(Object.values(replicas).map(each => each.end()));
  await fleet?.stop();
});

/** Notes who wrote where. @returns no: nothing happens to the call. */
function noted(by: string, { method, path }: Seen): boolean {
  const [, namespace] = /\/namespaces\/(chain-\d+)\//.exec(path) ?? [];
  if (namespace !== undefined && method !== 'GET' && !/\/events\b/.test(path)) {
    writes.push({ by, namespace, at: Date.now(), path });
  }
  return false;
}

/** Who wrote in a namespace, each time that it was another than before. */
function turnsOf(name: string): string[] {
  const by = writes.filter(({ namespace }) => namespace === name).map(each => each.by);
  return by.filter((each, index) => each !== by[index - 1]);
}

function writersOf(name: string): string[] {
  return [...new Set(turnsOf(name))];
}

/** How many shards each replica holds that is there. */
async function sharesOf(): Promise<number[]> {
  const all = await Promise.all(
    Object.values(replicas).map(each => each.metric('leader_election_master_status{').catch(() => 0)),
  );
  return all.filter(share => share > 0).toSorted();
}

/** Which replica holds each shard, by what the replicas say. */
async function holdersOf(): Promise<ReadonlyMap<number, string>> {
  const found = new Map<number, string>();
  for (const [name, each] of Object.entries(replicas)) {
    for (let shard = 0; shard < count; shard += 1) {
      const start = `leader_election_master_status{name="${shardLease(leaseName, shard, count)}"}`;
      if ((await each.metric(start).catch(() => 0)) === 1) found.set(shard, name);
    }
  }
  return found;
}

async function areAll(check: (node: SeiNode) => boolean): Promise<boolean> {
  const found = await Promise.all(namespaces.map(fleet.nodes));
  return found.flat().length === nodes * namespaces.length && found.flat().every(check);
}

/** Every node is to run another image. */
async function edit(image: string): Promise<void> {
  for (const namespace of namespaces) {
    for (let index = 0; index < nodes; index += 1) {
      const path = `/apis/sei.io/v1alpha1/namespaces/${namespace}/seinodes/n${index}`;
      await controlPlane().call('PATCH', path, { spec: { image } });
    }
  }
}

async function specOf(name: string): Promise<{ holderIdentity: string }> {
  const { body } = await controlPlane().call('GET', `${leases}/${name}`);
  return (body as { spec: { holderIdentity: string } }).spec;
}
