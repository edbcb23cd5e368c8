import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import anyTest from 'ava';
import { type Client, openCluster } from '../../cluster/client.ts';
import { getIfThere } from '../../cluster/get.ts';
import { configMaps, leases } from '../../cluster/resource.ts';
import { apply } from '../../cluster/write.ts';
import { elect } from '../../operator/leader-election/elect.ts';
import { type ElectionClock, Fence } from '../../operator/leader-election/fence.ts';
import { leaseName, leasesOf, openElectionClient, specOf } from '../../operator/leader-election/leases.ts';
import { until } from '../control-plane/until.ts';
import { manifests } from '../operator/manifests.ts';
import { withControlPlane } from './with-control-plane.ts';

const { test, controlPlane, kubectl } = withControlPlane(anyTest.serial);

/** A Lease counts whole seconds; a busy machine may keep a renewal waiting for one or two. */
const durations = { lease: 6000, renewDeadline: 4000, retryPeriod: 400 };
const operator = ['sei-k8s-controller-system', 'sei-k8s-controller-manager'] as const;
const options = { requestTimeout: 0, stdinTaken: false, userAgent: 'test' };

test('the account of the operator is there, with its Roles', async t => {
  const kinds = ['Namespace', 'ServiceAccount', 'ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding'];
  for (const kind of kinds) {
    const items = manifests.filter(each => each.kind === kind);
    await kubectl(t, ['apply', '--server-side', '-f', '-'], {
      input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }),
    });
  }
});

function after(milliseconds: number, fire: () => void): () => void {
  const timer = setTimeout(fire, milliseconds);
  return () => clearTimeout(timer);
}

/** A replica as the operator's account, and a client behind its fence. */
async function replica(timers = after) {
  const kubeconfig = await controlPlane().serviceAccountKubeconfig(...operator);
  const clock: ElectionClock = { now: () => performance.now(), date: () => Date.now(), after: timers };
  const [identity, over, dead] = [randomUUID(), new AbortController(), new AbortController()];
  const fence = new Fence(clock, durations.renewDeadline);
  const electing = openElectionClient({ ...options, kubeconfig }, {}, durations);
  const sent: string[] = [];
  const client = openCluster(
    { ...options, kubeconfig, fence, observe: ({ method, code }) => void sent.push(`${method} ${code}`) },
    {},
  );
  const ended = elect({
    leases: leasesOf(electing, operator[0]),
    identity,
    durations,
    fence,
    clock,
    random: Math.random,
    // Who is dead does not come back from a wait.
    wait: async (milliseconds, signal) => {
      await sleep(milliseconds, undefined, { signal }).catch(() => {});
      if (dead.signal.aborted) await new Promise(() => {});
    },
    signal: over.signal,
    started: () => {},
    follows: () => {},
    failed: () => {},
  });
  const close = async () => {
    over.abort();
    fence.end('the test is over');
    await Promise.all([electing.close(), client.close()]);
  };
  return { identity, fence, client, sent, ended, over, dead, close };
}

function write(client: Client, name: string): Promise<unknown> {
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default' } };
  const target = { resource: configMaps, namespace: 'default', name };
  return apply(client, target, object, { fieldManager: 'test', force: true });
}

function exists(client: Client, name: string): Promise<unknown> {
  return getIfThere(client, { verb: 'get', resource: configMaps, namespace: 'default', name });
}

async function lease(client: Client) {
  const read = { verb: 'get', resource: leases, namespace: operator[0], name: leaseName } as const;
  return specOf(await getIfThere(client, read));
}

test('one of two leads; killed, it is followed by the other after the time of the Lease', async t => {
  const one = await replica();
  t.true(await until(() => one.fence.isHolding()));
  const two = await replica();
  await write(one.client, 'by-one');
  await t.throwsAsync(write(two.client, 'by-two'), { message: /another replica may lead, this one waits/ });
  t.deepEqual(two.sent, []);
  t.is(await exists(two.client, 'by-two'), undefined);
  const { acquireTime } = await lease(one.client);
  t.true(await until(async () => (await lease(one.client)).renewTime !== acquireTime));
  t.like(await lease(one.client), { holderIdentity: one.identity, acquireTime, leaseTransitions: 0 });

  const { renewTime = '' } = await lease(one.client);
  one.dead.abort();
  t.true(await until(() => two.fence.isHolding()));
  const { acquireTime: takenAt = '' } = await lease(two.client);
  t.true(Date.parse(takenAt) - Date.parse(renewTime) > durations.lease - 10, `${renewTime} ${takenAt}`);
  t.false(one.fence.isHolding());
  t.like(await lease(two.client), { holderIdentity: two.identity, leaseTransitions: 1 });
  await write(two.client, 'by-two');

  two.over.abort();
  t.is(await two.ended, 'released');
  t.like(await lease(one.client), { holderIdentity: '', leaseDurationSeconds: 1, leaseTransitions: 1 });
  await Promise.all([one.close(), two.close()]);
});

test('a release hands over before the time of the Lease', async t => {
  const one = await replica();
  t.true(await until(() => one.fence.isHolding()));
  const two = await replica();
  const { renewTime } = await lease(one.client);
  t.true(await until(async () => (await lease(one.client)).renewTime !== renewTime));
  one.over.abort();
  t.is(await one.ended, 'released');
  const { renewTime: released = '' } = await lease(two.client);
  t.true(await until(() => two.fence.isHolding()));
  const { acquireTime = '' } = await lease(two.client);
  // Both by this machine's clock; a look of two comes within 880 ms.
  t.true(Date.parse(acquireTime) - Date.parse(released) < durations.lease, `${released} ${acquireTime}`);
  await Promise.all([one.close(), two.close()]);
});

test('who stood still past the deadline sends no byte, though no timer told', async t => {
  const one = await replica(() => () => {});
  t.true(await until(() => one.fence.isHolding()));
  await write(one.client, 'in-time');
  one.dead.abort();
  const before = one.sent.length;
  await sleep(durations.renewDeadline + 200);
  t.false(one.fence.signal.aborted);
  await t.throwsAsync(write(one.client, 'too-late'), { message: /not renewed within 4 s/ });
  t.is(one.sent.length, before);
  t.is(await exists(one.client, 'too-late'), undefined);
  await one.close();
});

test('an API server that is away for longer than the deadline ends the lead', async t => {
  const one = await replica();
  t.true(await until(() => one.fence.isHolding()));
  await controlPlane().apiserver.stop('SIGKILL');
  t.is(await one.ended, 'lost');
  await t.throwsAsync(write(one.client, 'too-late'), { message: /not renewed within 4 s/ });
  await controlPlane().apiserver.start();
  await one.close();
});
