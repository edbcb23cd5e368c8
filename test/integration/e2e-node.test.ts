import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { pods } from '../../cluster/resource.ts';
import type { Pod } from '../../core/plan/observed.ts';
import { until } from '../control-plane/until.ts';
import { type Place, tasksOf, tls } from './place.ts';
import { chain, endNode, type Ports, portsOf, submitter } from './pods.ts';
import { withPods } from './with-pods.ts';

const { test, bed } = withPods();

/** Addresses of this machine at which what listens on 127.0.0.1 alone does not answer. */
const others = [
  '127.0.0.2',
  ...Object.values(networkInterfaces())
    .flatMap(found => found ?? [])
    .filter(({ family, address }) => family === 'IPv4' && address !== '127.0.0.1')
    .map(({ address }) => address),
];
const sidecarTasks = ['configure-genesis', 'config-apply', 'config-validate', 'mark-ready'];
const operator = 'system:serviceaccount:sei-k8s-controller-system:sei-k8s-controller-manager';

let place: Place;
let ports: Ports;
let token: string;

test('without TLS the operator brings a node to Running by plain tasks on 7777, at every address', async t => {
  await bed().operator();
  const plain = await bed().inNamespace('plain');
  await plain.node(chain);
  await plain.runs();
  const { tasks, proxy } = portsOf(bed(), plain);
  for (const address of ['127.0.0.1', ...others]) {
    completed(t, (await tasks('/v0/tasks', { address })).text);
  }
  t.is((await tasks('/v0/healthz')).status, 404);
  await t.throwsAsync(proxy(undefined, '/v0/tasks'), { code: 'ECONNREFUSED' });
  await endNode(bed(), plain);
});

test('a sidecar that is killed in the middle of a task goes on with it, and the plan ends', async t => {
  place = await bed().inNamespace('secured');
  ports = portsOf(bed(), place);
  token = await bed().tokenOf('secured', 'submitter', submitter);
  const release = hold(place, 'configure-genesis');
  await place.provide(await place.pair());
  await place.node({ ...tls, ...chain, overrides: { 'mempool.size': '4321' } });
  const first = async () => JSON.parse((await ports.proxy(token, '/v0/tasks')).text)[0];
  t.true(await until(async () => (await first()).status === 'running'));
  t.like(await first(), { type: 'configure-genesis', status: 'running' });
  const sidecar = bed().kubelet.pod(place.key('n0-0'))?.container('sei-sidecar');
  sidecar?.kill('SIGKILL');
  await place.awaits('sidecar is started again', () => sidecar?.status.restartCount === 1);
  release();
  t.deepEqual(tasksOf(await place.runs()).slice(-4), sidecarTasks);
  completed(t, (await ports.proxy(token, '/v0/tasks')).text);
  const again = logOf(place).filter(({ msg }) => msg === 'a task that was cut off runs again');
  t.like(again, [{ type: 'configure-genesis' }]);
});

test('the operator has brought the node to Running over verified TLS, by its ServiceAccount’s token', async t => {
  const submitted = logOf(place).filter(({ msg }) => msg === 'a task was submitted');
  t.deepEqual(
    submitted.map(({ type }) => type),
    sidecarTasks,
  );
  for (const { user } of submitted) t.is(user, operator);
  await place.says('SidecarReady', 'True Ready');
  const ready = place.found<Pod>(pods, 'n0-0')?.status?.initContainerStatuses;
  t.deepEqual(
    ready?.map(status => [status.name, status.ready]),
    [
      ['seid-init', true],
      ['sei-sidecar', true],
      ['kube-rbac-proxy', true],
    ],
  );
});

test('tasks were done on the volume that seid starts from: genesis, configuration with overrides, comments kept', t => {
  const read = (file: string) => readFileSync(join(homeOf(place), file), 'utf8');
  t.deepEqual(JSON.parse(read('config/genesis.json')), { chain_id: 'pods-1', initial_height: '1' });
  t.regex(read('config/config.toml'), /^size = 4321$/m);
  t.regex(read('config/config.toml'), /^# A custom human readable name for this node$/m);
  t.is(read('.sei-sidecar-genesis-done'), '');
});

test('8443 serves tasks alone: health and metrics are 401 without a token and 404 with it', async t => {
  for (const path of [
    ...['/v0/metrics', '/v0/healthz', '/v0/livez', '/v0/startupz', '/metrics', '/'],
    ...['/v0/%68ealthz', '/v0/healthz?x=/v0/tasks', '/v0/tasks;/healthz'],
  ]) {
    t.is((await ports.proxy(undefined, path)).status, 401, path);
    t.is((await ports.proxy(token, path)).status, 404, path);
  }
});

test('8443 answers a path that is not clean with the clean one to go to, whoever asks', async t => {
  for (const path of ['//v0/healthz', '/x/../v0/healthz', '/v0/tasks/../healthz', '/v0/./metrics']) {
    for (const who of [undefined, token]) {
      const { status, text } = await ports.proxy(who, path);
      // Go's ServeMux says so before it asks who it is; which status depends on Go's version.
      t.true([301, 307].includes(status), `${path} ${status}`);
      t.notRegex(text, /ok|process_/);
    }
  }
});

test('9100 answers health and metrics to anybody, and tasks to nobody', async t => {
  for (const path of ['/v0/healthz', '/v0/livez', '/v0/startupz', '/v0/metrics']) {
    t.is((await ports.open(path)).status, 200, path);
  }
  for (const method of ['GET', 'POST', 'DELETE']) {
    for (const path of [
      '/v0/tasks',
      '/v0/tasks/',
      '/v0/tasks/b2c5cd4e-1a5f-4b0e-9f0e-5d2b8a7c1d11',
      '//v0/tasks',
    ]) {
      const headers = ['authorization', `Bearer ${token}`, 'x-remote-user', operator];
      t.is((await ports.open(path, { method, headers })).status, 404, `${method} ${path}`);
    }
  }
});

test('under TLS 7777 answers on 127.0.0.1 alone, and to nobody without a user', async t => {
  for (const address of others) {
    await t.throwsAsync(ports.tasks('/v0/tasks', { address }), { code: 'ECONNREFUSED' }, address);
    t.is((await ports.open('/v0/livez', { address })).status, 200, address);
    t.is((await ports.proxy(undefined, '/v0/tasks', { address })).status, 401, address);
  }
  t.is((await ports.tasks('/v0/tasks')).status, 401);
});

test('whoever reaches 127.0.0.1:7777, such as a container of the pod, is believed whatever name it writes', async t => {
  const headers = ['x-remote-user', operator];
  t.is((await ports.tasks('/v0/tasks', { headers })).status, 200);
  t.is((await ports.tasks('/v0/tasks', { headers: [...headers, ...headers] })).status, 401);
});

test('a submitter may send a task and ask for it; to delete one it lacks the verb, which the operator has', async t => {
  const sent = { method: 'POST', body: JSON.stringify({ type: 'mark-ready' }) };
  const { status, text } = await ports.proxy(token, '/v0/tasks', sent);
  t.is(status, 201);
  const path = `/v0/tasks/${JSON.parse(text).id}`;
  t.is((await ports.proxy(token, path)).status, 200);
  t.is((await ports.proxy(token, path, { method: 'DELETE' })).status, 403);
  t.is((await ports.proxy(token, path)).status, 200);
  const theirs = await bed().tokenOf('sei-k8s-controller-system', 'sei-k8s-controller-manager');
  t.is((await ports.proxy(theirs, path, { method: 'DELETE' })).status, 204);
  t.is((await ports.proxy(token, path)).status, 404);
});

test('the sidecar of a running node that is killed is told mark-ready again, and nothing else', async t => {
  const { status } = await place.runs();
  bed().kubelet.pod(place.key('n0-0'))?.container('sei-sidecar')?.kill('SIGKILL');
  const node = await place.becomes(
    'is marked ready again',
    ({ status: now }) => now?.plan?.id !== status?.plan?.id && now?.plan?.phase === 'Complete',
  );
  t.deepEqual(tasksOf(node), ['mark-ready']);
  await place.says('SidecarReady', 'True Ready');
  t.is((await ports.open('/v0/healthz')).status, 200);
});

function completed(t: ExecutionContext, text: string): void {
  const results: { type: string; status: string; error?: string }[] = JSON.parse(text);
  t.deepEqual(
    results.map(({ type, status, error }) => `${type} ${error ?? status}`).toSorted(),
    sidecarTasks.map(type => `${type} completed`).toSorted(),
  );
}

/** Lets tasks of a type wait in node n0, which has no pod yet. @returns what lets them go. */
function hold(of: Place, type: string): () => void {
  const home = homeOf(of);
  mkdirSync(home, { recursive: true });
  const file = join(home, `hold-${type}`);
  writeFileSync(file, '');
  return () => rmSync(file);
}

/** The volume of node n0. */
function homeOf({ namespace }: Place): string {
  return join(bed().controlPlane.directory, 'claims', namespace, 'data-n0');
}

/** What the sidecar of node n0 has logged. */
function logOf(of: Place): Readonly<Record<string, unknown>>[] {
  const file = bed().kubelet.pod(of.key('n0-0'))?.log('sei-sidecar') ?? '';
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter(line => line.startsWith('{')).map(line => JSON.parse(line));
}
