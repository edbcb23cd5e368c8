import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import anyTest, { type ExecutionContext } from 'ava';
import { freePort } from '../control-plane/apiserver.ts';
import { startControlPlane } from '../control-plane/control-plane.ts';
import { findPrograms, type Programs } from '../control-plane/programs.ts';
import { until } from '../control-plane/until.ts';
import { withControlPlane } from './with-control-plane.ts';

const { test, controlPlane, kubectl } = withControlPlane(anyTest.serial);

for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
  test(`kube-apiserver restarted after ${signal} has its address and its objects again`, async t => {
    const { apiserver, server } = controlPlane();
    const uid = await createConfigMap(t, `apiserver-${signal.toLowerCase()}`);
    const before = apiserver.pid();
    await apiserver.stop(signal);
    t.is(apiserver.pid(), undefined);
    const { code, stderr } = await controlPlane().kubectl(['get', 'namespaces']);
    t.is(code, 1);
    t.true(stderr.includes(server.slice('https://'.length)), stderr);
    await apiserver.start();
    t.not(apiserver.pid(), before);
    t.is(await uidOf(t, `apiserver-${signal.toLowerCase()}`), uid);
  });
}

test('etcd killed alone comes back under a running kube-apiserver', async t => {
  const { apiserver, etcd } = controlPlane();
  const uid = await createConfigMap(t, 'etcd-killed');
  await etcd.restart('SIGKILL');
  await apiserver.ready();
  t.is(await uidOf(t, 'etcd-killed'), uid);
});

test('everything killed at once comes back with its data', async t => {
  const { apiserver, etcd, controllerManager } = controlPlane();
  const uid = await createConfigMap(t, 'all-killed');
  const programs = [etcd, apiserver, controllerManager];
  await Promise.all(programs.map(program => program.stop('SIGKILL')));
  for (const program of programs) {
    await program.start();
  }
  t.is(await uidOf(t, 'all-killed'), uid);
});

test('nothing is collected while kube-controller-manager is stopped, and after its start it is', async t => {
  const { controllerManager } = controlPlane();
  await controllerManager.stop();
  await kubectl(t, ['create', 'namespace', 'waiting']);
  await kubectl(t, ['delete', 'namespace', 'waiting', '--wait=false']);
  t.is(await kubectl(t, ['get', 'ns', 'waiting', '-o', 'jsonpath={.status.phase}']), 'Terminating');
  await controllerManager.start();
  await kubectl(t, ['wait', '--for=delete', 'namespace/waiting', '--timeout=180s']);
});

test('a port that is taken at the start is exchanged for another', async t => {
  const taken = await freePort();
  const server = createServer().listen(taken, '127.0.0.1');
  t.teardown(() => server.close());
  await once(server, 'listening');
  const ports = [taken, await freePort()];
  const programs = (await findPrograms()) as Programs;
  const second = await startControlPlane(programs, async () => ports.shift() as number);
  t.not(second.server, `https://127.0.0.1:${taken}`);
  t.is((await second.kubectl(['get', 'seinodes'])).code, 0);
  await second.stop();
  t.false(existsSync(second.directory));
});

test('where the test process is killed, no program and no directory is left', async t => {
  const script = join(import.meta.dirname, '../../scripts/control-plane.ts');
  const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [line] = await once(child.stdout.setEncoding('utf8'), 'data');
  const [, directory] = /^export KUBECONFIG=(.*)\/admin.kubeconfig\n$/.exec(line) as unknown as [
    string,
    string,
  ];
  t.is(programsIn(directory).length, 3);
  child.kill('SIGKILL');
  t.true(await until(() => !existsSync(directory) && programsIn(directory).length === 0));
});

async function createConfigMap(t: ExecutionContext, name: string): Promise<string> {
  return kubectl(t, ['create', 'configmap', name, '-o', 'jsonpath={.metadata.uid}']);
}

async function uidOf(t: ExecutionContext, name: string): Promise<string> {
  return kubectl(t, ['get', 'configmap', name, '-o', 'jsonpath={.metadata.uid}']);
}

/** Command lines of the programs that work in that directory. */
function programsIn(directory: string): string[] {
  const lines = execFileSync('ps', ['-A', '-o', 'args='], { encoding: 'utf8' }).split('\n');
  return lines.filter(line => line.includes(directory));
}
