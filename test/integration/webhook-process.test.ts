import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { connect } from 'node:tls';
import anyTest from 'ava';
import { serverNameOf } from '../../operator/webhook/names.ts';
import { createAuthority, type KeyPair } from '../control-plane/certificates.ts';
import { until } from '../control-plane/until.ts';
import { temporaryDirectory } from '../directory.ts';
import {
  configurationPath,
  installWebhook,
  type Replica,
  replica,
  secretPath,
  system,
} from './webhook-bed.ts';
import { withControlPlane } from './with-control-plane.ts';

const main = join(import.meta.dirname, '../../operator/main.ts');
const replicas: Replica[] = [];
let close = () => {};
let apply = async (): Promise<unknown> => undefined;
const { test, controlPlane } = withControlPlane(anyTest.serial, async controlPlane => {
  ({ close, apply } = await installWebhook(controlPlane, () => replicas));
  await controlPlane.call('POST', '/api/v1/namespaces', { metadata: { name: 'a' } });
});
anyTest.after.always(() => close());

const call: ReturnType<typeof controlPlane>['call'] = (...asked) => controlPlane().call(...asked);
type Line = { readonly level?: string; readonly msg?: string; readonly error?: string };
const logOf = (name: string): Line[] =>
  readFileSync(join(controlPlane().directory, `${name}.log`), 'utf8')
    .split('\n')
    // Node itself warns of its flags.
    .filter(line => line.startsWith('{'))
    .map(line => JSON.parse(line));

test('a port that is taken ends the operator with one sentence', async t => {
  const one = await replica(controlPlane(), 'taken');
  const server = createServer().listen(one.port, '127.0.0.1');
  t.teardown(() => server.close());
  await t.throwsAsync(one.start(), { message: /exit 1/ });
  const lines = logOf('taken');
  const { msg, error } = lines.at(-1) ?? {};
  t.is(msg, 'the operator does not start');
  t.regex(
    error ?? '',
    /^cannot listen on 127\.0\.0\.1:\d+ \(--webhook-bind-address\): another process listens there: [^\n]*$/,
  );
  t.is(lines.filter(({ level }) => level === 'error').length, 1);
});

for (const [how, deed, cause] of [
  ['throws', 'throw new Error("out of luck")', 'out of luck'],
  ['ends', 'process.exit(0)', 'it ended by itself'],
] as const) {
  test(`a thread that ${how} ends the operator, so that it is started again`, async t => {
    const directory = temporaryDirectory('thread');
    const [preload, go] = ['thread.cjs', 'go'].map(file => join(directory, file)) as [string, string];
    const watching = `setInterval(() => { if (require('fs').existsSync(${JSON.stringify(go)})) { ${deed} } }, 50)`;
    writeFileSync(preload, `if (!require('worker_threads').isMainThread) ${watching};`);
    const name = `thread-${how.split(' ')[0]}`;
    const one = await replica(controlPlane(), name, [], [process.execPath, '--require', preload, main]);
    await one.start();
    writeFileSync(go, '');
    t.is(await one.ended(), 'exit 1');
    const { msg, error } = logOf(name).at(-1) ?? {};
    t.is(msg, 'a fault of the operator itself: it starts again');
    t.regex(error ?? '', new RegExp(`^the thread of the webhook ended: [^\\n]*${cause}[^\\n]*$`));
  });
}

/** The serial number of the certificate that is served, or nothing where none is. */
function served({ port }: Replica): Promise<string | undefined> {
  return new Promise(resolve => {
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false });
    socket
      .on('error', () => resolve(undefined))
      .on('secureConnect', () => {
        resolve(socket.getPeerCertificate().serialNumber);
        socket.destroy();
      });
  });
}

const dataOf = ({ certificate, key }: KeyPair) => ({
  'tls.crt': Buffer.from(certificate).toString('base64'),
  'tls.key': Buffer.from(key).toString('base64'),
});
const nodes = '/apis/sei.io/v1alpha1/namespaces/a/seinodes';
const node = (name: string) => ({
  ...{ apiVersion: 'sei.io/v1alpha1', kind: 'SeiNode', metadata: { name } },
  spec: { chainId: 'c', image: 'i', fullNode: {} },
});

test('with an external certificate it serves what others provide, without a file and writing nothing', async t => {
  await call('DELETE', secretPath);
  const authority = await createAuthority('platform');
  const issue = () => authority.issue({ commonName: 'webhook' }, [serverNameOf(system)]);
  // Node itself refuses to write files.
  const flags = ['--max-semi-space-size=8', '--permission', '--allow-fs-read=*', '--allow-worker'];
  const command = [process.execPath, ...flags, main];
  const one = await replica(controlPlane(), 'external', ['--webhook-certificate=external'], command);
  replicas.push(one);
  await one.start();
  await apply();
  const said = () => logOf('external').some(({ error }) => error?.endsWith('certificate: there is none'));
  t.true(await until(said));
  t.is(await served(one), undefined);
  const isReady = async () => (await fetch(`${one.health}/readyz`)).ok;
  t.true(await until(async () => !(await isReady())));

  const metadata = { name: 'sei-k8s-controller-webhook-certificate' };
  const secret = { metadata, type: 'kubernetes.io/tls', data: dataOf(await issue()) };
  t.is((await call('POST', `/api/v1/namespaces/${system}/secrets`, secret)).status, 201);
  const caBundle = Buffer.from(authority.certificate).toString('base64');
  const { webhooks } = (await call('GET', configurationPath)).body as {
    webhooks: { clientConfig: object }[];
  };
  const trusting = webhooks.map(webhook => ({
    ...webhook,
    clientConfig: { ...webhook.clientConfig, caBundle },
  }));
  const written = (await call('PATCH', configurationPath, { webhooks: trusting })).body;
  t.true(await until(isReady));
  t.true(await until(async () => (await call('POST', nodes, node('n0'))).status === 201));

  const before = await served(one);
  const renewed = (await call('PATCH', secretPath, { data: dataOf(await issue()) })).body;
  t.true(await until(async () => ![before, undefined].includes(await served(one))));
  t.is((await call('POST', nodes, node('n1'))).status, 201);
  t.deepEqual((await call('GET', configurationPath)).body, written);
  t.deepEqual((await call('GET', secretPath)).body, renewed);
  t.true(
    await until(async () =>
      (await (await fetch(`${one.metrics}/metrics`)).text()).includes(
        '\nseinode_webhook_certificate_not_after_seconds ',
      ),
    ),
  );
  t.is(one.ended() === undefined, false);
});

test('a Secret of theirs that is spoilt is not served in place of a good one', async t => {
  const [one] = replicas as [Replica];
  const before = await served(one);
  await call('PATCH', secretPath, { data: { 'tls.key': 'bm8ga2V5' } });
  const said = () => logOf('external').some(({ error }) => error?.includes('cannot be read'));
  t.true(await until(said));
  t.is(await served(one), before);
  t.is((await call('POST', nodes, node('n2'))).status, 201);
});
