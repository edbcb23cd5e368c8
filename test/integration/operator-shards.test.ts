import { join } from 'node:path';
import anyTest, { type ExecutionContext } from 'ava';
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
/** Two of each shard: whichever shards a replica holds, it has nodes to work. */
const namespaces = Array.from({ length: count }, (_, shard) => shard).flatMap(shard =>
  Array.from({ length: 100 }, (_, index) => `chain-${index}`)
    .filter(name => shardOf(name, count) === shard)
    .slice(0, 2),
);
/** Of each namespace. */
const nodes = 2;
type Write = { readonly by: string; readonly at: number; readonly call: Seen };
/** What replicas wrote, in the order in which it came. */
const writes: Write[] = [];
let fleet: Fleet;
let isOver = false;
let replicas: Readonly<Record<string, FaultyOperator>> = {};

async function replica(name: string, shards: number): Promise<FaultyOperator> {
  const flags = ['--leader-elect=true', `--shards=${shards}`];
  const operator = await faultyOperator(controlPlane(), fleet.sidecars, { name, flags });
  void operator.proxy.fault('hold', { of: call => noted(name, call) });
  return operator;
}

/** Starts one, and as a kubelet would again where it ends by itself. */
async function start(name: string): Promise<void> {
  const one = replicas[name]!;
  await one.start();
  void one.ended()?.then(async how => {
    if (how === 'exit 1' && !isOver) await start(name);
  });
}

test('three replicas share the shards, two each', async t => {
  await install(controlPlane(), t);
  await controlPlane().kubectl(['apply', '--server-side', '-f', join(directory, 'sharding/role.yaml')]);
  fleet = await startFleet(controlPlane());
  replicas = { a: await replica('a', count), b: await replica('b', count), c: await replica('c', count) };
  await Promise.all(Object.keys(replicas).map(start));
  t.true(await until(async () => (await sharesOf()).join() === '2,2,2'));
  t.is((await specOf(leaseName)).holderIdentity, `shards-of-${count}`);
});

test('every node comes to run, by the work of all three, and is measured by one', async t => {
  for (const name of namespaces) await fleet.create(name, nodes);
  t.true(await until(() => areAll(({ status }) => status?.phase === 'Running')));
  t.deepEqual([...new Set(ofNodes().map(({ by }) => by))].toSorted(), ['a', 'b', 'c']);
  const measured = async () => {
    const told = await Promise.all(Object.values(replicas).map(each => each.metric('seinode_phase{')));
    return told.reduce((sum, one) => sum + (one || 0));
  };
  t.true(await until(async () => (await measured()) === nodes * namespaces.length));
});

test('the shards of one that is killed are worked by the others', async t => {
  const before = await holdersOf();
  const killedAt = Date.now();
  await replicas.a!.stop('SIGKILL');
  await edit('sei:v6.4.0');
  t.true(await until(() => areAll(({ status }) => status?.currentImage === 'sei:v6.4.0')));
  tellHandover(t, before, 'a', killedAt);
  t.true(await until(async () => (await sharesOf()).join() === '3,3'));
});

test('one that is added is given its share amid work', async t => {
  const startedAt = Date.now();
  await start('a');
  await edit('sei:v6.5.0');
  t.true(await until(async () => (await sharesOf()).join() === '2,2,2'));
  t.log(`shares are equal ${Date.now() - startedAt} ms after its start`);
  await edit('sei:v6.6.0');
  t.true(await until(() => areAll(({ status }) => status?.currentImage === 'sei:v6.6.0')));
  t.true(ofNodes().some(({ by, at }) => by === 'a' && at > startedAt));
});

test('one that ends in order hands over without a wait for its Leases', async t => {
  const before = await holdersOf();
  const ended = replicas.b!.ended();
  await replicas.b!.stop('SIGTERM');
  t.is(await ended, 'exit 0');
  const endedAt = Date.now();
  await edit('sei:v6.7.0');
  t.true(await until(() => areAll(({ status }) => status?.currentImage === 'sei:v6.7.0')));
  tellHandover(t, before, 'b', endedAt);
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
  isOver = true;
  await Promise.all([replicas.a!.stop('SIGTERM'), replicas.c!.stop('SIGTERM')]);
  const endedAt = Date.now();
  t.true(await until(() => leads(alone)));
  t.log(`leads ${Date.now() - endedAt} ms after the last of the group has ended`);
  await edit('sei:v6.8.0');
  t.true(await until(() => areAll(({ status }) => status?.currentImage === 'sei:v6.8.0')));
  t.deepEqual([...new Set(ofNodes().flatMap(({ by, at }) => (at > endedAt ? by : [])))], ['alone']);
});

test('in each namespace nobody wrote but who took its shard last', t => {
  const holders = new Map<string, string>();
  const group = writes.filter(({ by }) => by !== 'alone');
  let looked = 0;
  for (const { by, call } of group) {
    const taken = takenBy(call);
    if (taken !== undefined) holders.set(taken, by);
    const namespace = namespaceOf(call);
    if (namespace === undefined) continue;
    looked += 1;
    const shard = shardLease(leaseName, shardOf(namespace, count), count);
    t.is(by, holders.get(shard) ?? 'nobody', `${call.method} ${call.path}`);
  }
  t.true(looked > 10 * nodes * namespaces.length, `${looked} writes`);
  t.true(new Set(group.flatMap(({ call }) => takenBy(call) ?? [])).size === count);
});

anyTest.after.always('they stop', async () => {
  isOver = true;
  await Promise.all(Object.values(replicas).map(each => each.end()));
  await fleet?.stop();
});

/** Notes who wrote. @returns no: nothing happens to the call. */
function noted(by: string, call: Seen): boolean {
  if (call.method !== 'GET') writes.push({ by, at: Date.now(), call });
  return false;
}

/** Where something was written, Events apart, among the nodes. */
function namespaceOf({ path }: Seen): string | undefined {
  return /\/events\b/.test(path) ? undefined : /\/namespaces\/(chain-\d+)\//.exec(path)?.[1];
}

function ofNodes(): readonly Write[] {
  return writes.filter(({ call }) => namespaceOf(call) !== undefined);
}

/** The Lease of a shard that somebody took by this call. */
function takenBy({ method, body, status = 0 }: Seen): string | undefined {
  const { kind, metadata } = (body ?? {}) as { kind?: string; metadata?: { name?: string } };
  const isTaken = ['POST', 'PUT'].includes(method) && kind === 'Lease' && [200, 201].includes(status);
  return isTaken && metadata?.name !== leaseName ? metadata?.name : undefined;
}

/** Says how long each namespace of a replica waited for another. */
function tellHandover(
  t: ExecutionContext,
  before: ReadonlyMap<number, string>,
  former: string,
  since: number,
): void {
  const left = namespaces.filter(name => before.get(shardOf(name, count)) === former);
  const waits = left.map(name => {
    const first = ofNodes().find(
      ({ by, at, call }) => namespaceOf(call) === name && by !== former && at > since,
    );
    return first!.at - since;
  });
  t.log(`handed over after ${Math.min(...waits)} to ${Math.max(...waits)} ms, ${left.length} namespaces`);
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
