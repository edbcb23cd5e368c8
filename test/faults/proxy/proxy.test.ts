import anyTest, { type ExecutionContext } from 'ava';
import { withControlPlane } from '../../integration/with-control-plane.ts';
import { plugin } from '../../toggle/plugin.ts';
import { makeUser } from '../../toggle/users.ts';
import type { Fault } from './faults.ts';
import { startFaultProxy } from './proxy.ts';
import { isWrite, type Seen } from './seen.ts';

const { test, controlPlane } = withControlPlane(anyTest.serial);

/** A namespace with one node in it, and a person's way there. */
async function withWay(t: ExecutionContext, namespace: string, rights?: Parameters<typeof makeUser>[3]) {
  const { call, directory } = controlPlane();
  await call('POST', '/api/v1/namespaces', { metadata: { name: namespace } });
  await makeNode(namespace, 'n0');
  const kubeconfig = await makeUser(controlPlane(), namespace, 'person', rights);
  const proxy = await startFaultProxy({ kubeconfig, directory });
  t.teardown(proxy.close);
  const run = (...args: string[]) => plugin([...args, '-n', namespace], proxy);
  const list = (...args: string[]) => run('list', ...args).ended;
  return { proxy, run, list };
}

function makeNode(namespace: string, name: string) {
  const spec = { chainId: 'arctic-1', image: 'sei:v6.3.0', fullNode: {} };
  const node = { apiVersion: 'sei.io/v1alpha1', kind: 'SeiNode', metadata: { name }, spec };
  return controlPlane().call('POST', `/apis/sei.io/v1alpha1/namespaces/${namespace}/seinodes`, node);
}

const nodes = ({ path }: Seen) => path.endsWith('/seinodes');

test('what is well goes through and is written down', async t => {
  const { proxy, list } = await withWay(t, 'well');
  const { code, stdout, stderr } = await list();
  t.deepEqual([code, stderr], [0, '']);
  t.regex(stdout, /^n0 /m);
  const call = proxy.seen.find(nodes);
  t.like(call, { method: 'GET', path: '/apis/sei.io/v1alpha1/namespaces/well/seinodes', status: 200 });
  t.false(proxy.seen.some(isWrite));
});

const refusals: readonly (readonly [Fault, RegExp])[] = [
  [403, /no permission to list/],
  [409, /Conflict/],
  [500, /InternalError|500/],
];
for (const [fault, words] of refusals) {
  test(`a call is answered ${fault}, once`, async t => {
    const { proxy, list } = await withWay(t, `refused-${fault}`);
    const met = proxy.fault(fault, { of: nodes });
    const { code, stderr } = await list();
    t.is(code, 3);
    t.regex(stderr, words);
    t.like(await met, { method: 'GET', status: fault });
    t.is((await list()).code, 0);
  });
}

test('a refusal for good lasts until all is mended', async t => {
  const { proxy, list } = await withWay(t, 'for-good');
  void proxy.fault(403, { of: nodes, forGood: true });
  t.deepEqual([(await list()).code, (await list()).code], [3, 3]);
  proxy.mend();
  t.is((await list()).code, 0);
});

for (const fault of ['hold', 'hold answer', 'reset'] as const) {
  test(`by "${fault}" the plugin gets no answer, and ends by its own time limit`, async t => {
    const { proxy, list } = await withWay(t, fault.replace(' ', '-'));
    const met = proxy.fault(fault, { of: nodes });
    const { code, stderr } = await list('--request-timeout=2s');
    t.is(code, 3, stderr);
    t.not(stderr, '');
    t.is((await met).status, fault === 'hold' ? undefined : 200);
  });
}

test('a plugin that waits for a held call is killed there', async t => {
  const { proxy, run } = await withWay(t, 'killed');
  const met = proxy.fault('hold', { of: nodes });
  const { kill, ended } = run('list');
  await met;
  kill();
  t.is((await ended).code, 'SIGKILL');
});

for (const [fault, hasEffect] of [
  ['hold', false],
  ['hold answer', true],
  ['reset', true],
  [409, false],
  [500, false],
] as const) {
  test(`by "${fault}" the second write ${hasEffect ? 'takes' : 'has no'} effect, and the others do`, async t => {
    const namespace = `write-${fault}`.replace(' ', '-');
    const { proxy } = await withWay(t, namespace);
    const met = proxy.fault(fault, { at: 2 });
    const create = async (name: string, ...more: string[]) => {
      const input = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace } });
      const { kubeconfig } = proxy;
      return (await controlPlane().kubectl(['create', '-f', '-', ...more], { kubeconfig, input })).code;
    };
    t.is(await create('a', '--dry-run=server'), 0);
    t.deepEqual([await create('a'), await create('b', '--request-timeout=2s'), await create('c')], [0, 1, 0]);
    t.like(await met, { dryRun: false, body: { metadata: { name: 'b' } } });
    t.is(proxy.seen.filter(isWrite).length, 3);
    t.is(proxy.seen.filter(({ dryRun }) => dryRun).length, 1);
    const found = await controlPlane().call('GET', `/api/v1/namespaces/${namespace}/configmaps/b`);
    t.is(found.status, hasEffect ? 200 : 404);
  });
}

test('a watch goes through as it happens', async t => {
  const { run } = await withWay(t, 'watched');
  const { says, kill, ended } = run('list', '-w');
  await says(/^n0 /m);
  await makeNode('watched', 'n1');
  await says(/^n1 /m);
  kill('SIGINT');
  t.not((await ended).code, 'SIGKILL');
});

test('a person is refused what no rule gives', async t => {
  const rules = [{ apiGroups: ['sei.io'], resources: ['seinodes'], verbs: ['list'] }];
  const { list, run } = await withWay(t, 'restricted', { rules });
  t.is((await list()).code, 0);
  const { code, stderr } = await run('tls', 'check', 'n0').ended;
  t.is(code, 3);
  t.regex(stderr, /no permission to get seinodes/);
});
