import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import anyTest from 'ava';
import { type Authority, createAuthority } from '../control-plane/certificates.ts';
import { files } from '../control-plane/commands.ts';
import { until } from '../control-plane/until.ts';
import { type Fleet, install, startFleet } from '../integration/faulty-operator.ts';
import { withControlPlane } from '../integration/with-control-plane.ts';
import { operator as described, type Operator } from '../operator/program.ts';
import { resolver } from '../sidecars/sidecars.ts';
import { misfortunes } from './infra/misfortunes.ts';
import { type RotatingServer, startRotatingServer } from './infra/rotating-server.ts';
import { survives } from './matrix.ts';

const { test, controlPlane } = withControlPlane(anyTest.serial);

const account = ['sei-k8s-controller-system', 'sei-k8s-controller-manager'] as const;
const main = join(import.meta.dirname, '../../operator/main.ts');
let fleet: Fleet;
let operator: Operator;
let server: RotatingServer;
const tokens = new Map<string, string>();
let old: Authority;
let befall: (misfortune: { shift?: number }) => Promise<void>;

const log = () => readFileSync(join(controlPlane().directory, 'operator.log'), 'utf8');
/** As the kubelet writes what it projects: the file is another at once. */
const project = (file: string, text: string) => {
  const path = join(controlPlane().directory, file);
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
};
const serving = (authority: Authority) =>
  authority.issue({ commonName: 'kube-apiserver' }, [], ['127.0.0.1']);

test('an operator that has its token and its CA in files, as in a pod', async t => {
  await install(controlPlane(), t);
  fleet = await startFleet(controlPlane());
  old = await createAuthority('old');
  const authority = readFileSync(join(controlPlane().directory, files.authority), 'utf8');
  server = await startRotatingServer({ server: controlPlane().server, authority }, await serving(old));
  project('operator.crt', old.certificate);
  await projectToken('first');
  const kubeconfig = join(controlPlane().directory, 'projected.kubeconfig');
  const cluster = { server: server.server, 'certificate-authority': 'operator.crt' };
  const context = { cluster: 'c', user: 'u', namespace: account[0] };
  const config = {
    clusters: [{ name: 'c', cluster }],
    users: [{ name: 'u', user: { tokenFile: 'operator.token' } }],
    contexts: [{ name: 'c', context }],
    'current-context': 'c',
  };
  writeFileSync(kubeconfig, JSON.stringify(config));
  const fate = misfortunes(controlPlane(), 'operator');
  operator = await described(controlPlane(), {
    ...{ kubeconfig, sidecars: fleet.sidecars.address, environment: fate.environment },
    command: [process.execPath, '--require', resolver, main],
  });
  befall = misfortune => fate.befall(operator, misfortune);
  await operator.start();
  await works(t, 'before');
});

test('a token that is accepted no more is read again from its file', async t => {
  const pid = operator.pid();
  await survives(
    { who: 'operator', fault: 'ServiceAccount token withdrawn before its file has the next' },
    async () => {
      await withdraw('first');
      await fleet.create('withdrawn', 1);
      t.true(await until(() => /401 Unauthorized/.test(log())));
      await projectToken('second');
      t.true(await until(() => fleet.areAll('Running', 'withdrawn')));
      t.is(operator.pid(), pid);
    },
  );
  await survives(
    { who: 'operator', fault: 'ServiceAccount token rotated, and the former withdrawn' },
    async () => {
      await projectToken('third');
      await withdraw('second');
      await works(t, 'rotated');
      t.is(operator.pid(), pid);
    },
  );
});

test('a CA that is exchanged, both in the bundle for a while, is followed within a minute', async t => {
  const next = await createAuthority('next');
  const pid = operator.pid();
  await survives({ who: 'operator', fault: 'CA of the API server rotated' }, async () => {
    project('operator.crt', old.certificate + next.certificate);
    // A minute goes by for the operator alone.
    await befall({ shift: 61_000 });
    server.serve(await serving(next));
    await works(t, 'next');
    project('operator.crt', next.certificate);
    await works(t, 'next-alone');
    t.is(operator.pid(), pid);
  });
});

test('a server of another authority is told nothing, and the operator goes on once the right one is back', async t => {
  const pid = operator.pid();
  const [stranger, right] = [await createAuthority('stranger'), await createAuthority('right')];
  await survives(
    { who: 'operator', fault: 'API server with a certificate of an unknown authority' },
    async () => {
      server.serve(await serving(stranger));
      t.true(await until(() => /is not trusted: its authority is not known|self-signed/.test(log())));
      project('operator.crt', right.certificate);
      await befall({ shift: 122_000 });
      server.serve(await serving(right));
      await works(t, 'right');
      t.is(operator.pid(), pid);
      t.false(/eyJ[\w-]+\./.test(log()), 'no token in the log');
    },
  );
});

anyTest.after.always('they stop', async () => {
  await operator?.stop('SIGKILL');
  server?.close();
  await fleet?.stop();
});

/** Whether a new node gets to run. */
async function works(t: { true: (value: boolean, message?: string) => unknown }, namespace: string) {
  await fleet.create(namespace, 1);
  t.true(await until(() => fleet.areAll('Running', namespace)), log().slice(-2_000));
}

/** A token that ends with a pod of that name. */
async function projectToken(name: string): Promise<void> {
  const { call, serviceAccountKubeconfig } = controlPlane();
  const own = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };
  const spec = {
    serviceAccountName: account[1],
    securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [{ name: 'c', image: 'i', securityContext: own }],
  };
  const { body } = await call('POST', `/api/v1/namespaces/${account[0]}/pods`, { metadata: { name }, spec });
  const { uid } = (body as { metadata: { uid: string } }).metadata;
  const kubeconfig = await serviceAccountKubeconfig(...account, { name, uid });
  const { token } = JSON.parse(readFileSync(kubeconfig, 'utf8')).users[0].user;
  tokens.set(name, token);
  project('operator.token', token);
}

/** Resolves once the API server takes it no more: for some seconds it remembers that it did. */
async function withdraw(name: string): Promise<void> {
  const { call } = controlPlane();
  await call('DELETE', `/api/v1/namespaces/${account[0]}/pods/${name}`, { gracePeriodSeconds: 0 });
  const spec = { token: tokens.get(name) };
  await until(async () => {
    const { body } = await call('POST', '/apis/authentication.k8s.io/v1/tokenreviews', { spec });
    return (body as { status: { authenticated?: boolean } }).status.authenticated !== true;
  });
}
