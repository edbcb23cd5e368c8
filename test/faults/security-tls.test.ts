import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:https';
import { connect as connectTCP } from 'node:net';
import { join } from 'node:path';
import tls, { type SecureContextOptions } from 'node:tls';
import test, { type ExecutionContext } from 'ava';
import { verifiedAgent } from '../../operator/sidecar/agent.ts';
import { sharedTrust } from '../../operator/sidecar/trust.ts';
import { createWebhookServer, serveCertificate } from '../../operator/webhook/server.ts';
import { shakeHands } from '../../plugin/verify/handshake.ts';
import { json, kubeconfig, listen, nodeList, withoutNetwork, writeFiles } from '../cluster/fakes.ts';
import { createAuthority, type KeyPair } from '../control-plane/certificates.ts';
import { findRBACProxy } from '../control-plane/programs.ts';
import { until } from '../control-plane/until.ts';
import { invoke } from '../plugin/terminal.ts';
import { requires } from '../requires.ts';
import { killAll, sidecar } from '../sidecar/program.ts';
import { survives, type Who } from './matrix.ts';
import { startRBACProxy } from './security/rbac-proxy.ts';

// As NODE_OPTIONS has it where a machine must still speak with the past: what says nothing itself gives in.
const past = { minVersion: 'TLSv1', ciphers: 'ALL@SECLEVEL=0' } as const;
tls.DEFAULT_MIN_VERSION = past.minVersion;
tls.DEFAULT_CIPHERS = past.ciphers;
const nodeOptions = `--tls-min-v1.0 --tls-cipher-list=${past.ciphers}`;

/** What nobody of ours may agree to. */
const weak: readonly (readonly [string, SecureContextOptions])[] = [
  ['TLS 1.0', { ...past, maxVersion: 'TLSv1' }],
  ['TLS 1.1', { ...past, maxVersion: 'TLSv1.1' }],
  ['one key for every connection', { maxVersion: 'TLSv1.2', ciphers: 'AES128-GCM-SHA256' }],
  ['CBC', { maxVersion: 'TLSv1.2', ciphers: 'AES128-SHA256:AES256-SHA@SECLEVEL=0' }],
  ['no authentication', { maxVersion: 'TLSv1.2', ciphers: 'AECDH-AES128-SHA:ADH-AES128-SHA@SECLEVEL=0' }],
];
const fine: SecureContextOptions = { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-RSA-AES128-GCM-SHA256' };

const authority = await createAuthority('authority');
const pair = await authority.issue({ commonName: 'n0' }, ['n0', 'localhost'], ['127.0.0.1']);
const serving = { cert: pair.certificate, key: pair.key };
test.after.always(killAll);

/** Whether a server agrees to a handshake with such a client. */
async function agrees(port: number, options: SecureContextOptions): Promise<boolean> {
  const socket = tls.connect({
    host: '127.0.0.1',
    port,
    servername: 'n0',
    rejectUnauthorized: false,
    ...options,
  });
  const { promise, resolve } = Promise.withResolvers<boolean>();
  socket.on('secureConnect', () => resolve(true)).on('error', () => resolve(false));
  socket.on('close', () => resolve(false));
  return promise.finally(() => socket.destroy());
}

async function webhook(t: ExecutionContext): Promise<number> {
  const server = createWebhookServer(() => ({ status: 500, text: '' }));
  serveCertificate(server, pair);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.teardown(() => server.close());
  return (server.address() as { port: number }).port;
}

const testWithProxy = requires(
  'kube-rbac-proxy: install Go to build it',
  (await findRBACProxy()) !== undefined,
);
type Listener = readonly [
  string,
  Who,
  (t: ExecutionContext, pair: KeyPair) => Promise<number>,
  typeof weak,
  ReturnType<typeof requires>,
];
const listeners: readonly Listener[] = [
  ['the webhook', 'webhook', webhook, weak, test],
  // Its flags are fixed, and Go’s defaults let CBC in for old clients.
  [
    'kube-rbac-proxy with the flags of a pod',
    'sidecar',
    startRBACProxy,
    weak.filter(([what]) => what !== 'CBC'),
    testWithProxy,
  ],
];
for (const [listener, who, start, refused, declare] of listeners)
  declare(`${listener} refuses clients of each kind that is weak`, async t => {
    const port = await start(t, pair);
    t.true(await agrees(port, fine));
    for (const [what, options] of refused)
      await survives({ who, fault: `a client speaks ${what}` }, async () =>
        t.false(await agrees(port, options), what),
      );
  });

/** Where something of ours connects: begun, it tells whether it takes the server at a port for its peer. */
const connecting = {
  'the plugin, to the API server': (t: ExecutionContext) => async (port: number) => {
    const ca = { 'certificate-authority-data': Buffer.from(authority.certificate).toString('base64') };
    const config = kubeconfig(t, { server: `https://127.0.0.1:${port}`, ...ca }, { token: 'a-token' });
    const { code, err } = await invoke(`list --kubeconfig ${config}`);
    if (code === 3) t.regex(err, /^error: [^\n]+\n$/);
    return code === 0;
  },
  'tls verify, to a node’s sidecar': () => async (port: number) => {
    const found = await shakeHands(
      connectTCP(port, '127.0.0.1'),
      { name: 'n0', anchors: authority.certificate },
      60_000,
    );
    if (found.kind === 'done') found.socket.destroy();
    return found.kind === 'done';
  },
  'the operator, to a node’s sidecar': (t: ExecutionContext) => async (port: number) => {
    const agent = verifiedAgent(
      sharedTrust()(authority.certificate),
      () => ({ host: '127.0.0.1', port }),
      60_000,
      () => {},
    );
    t.teardown(() => agent.destroy());
    return new Promise<boolean>(resolve =>
      agent.createConnection({ host: 'n0', port }, (error, socket) => {
        socket?.destroy();
        resolve(!error);
      }),
    );
  },
  'the sidecar, to where a genesis is': (t: ExecutionContext) =>
    asksForGenesis(t, {
      NODE_OPTIONS: nodeOptions,
      NODE_EXTRA_CA_CERTS: writeFiles(t, { ca: authority.certificate }).ca,
    }),
} as const;

for (const [client, begin] of Object.entries(connecting))
  test(`${client}, refuses servers of each kind that is weak`, async t => {
    const asks = await begin(t);
    const meets = async (options: SecureContextOptions) => {
      const answer = withoutNetwork(json(nodeList([])));
      let requests = 0;
      const server = createServer({ ...serving, ...options }, (request, response) => {
        requests += 1;
        answer(request, response);
      });
      t.teardown(() => server.close());
      const isTaken = await asks(await listen(server));
      return { isTaken, requests };
    };
    t.true((await meets(fine)).isTaken, 'one that is fine is taken');
    const who = client.startsWith('the operator')
      ? 'operator'
      : client.startsWith('the sidecar')
        ? 'sidecar'
        : 'plugin';
    for (const [what, options] of weak)
      await survives({ who, fault: `a server speaks ${what}` }, async () =>
        t.deepEqual(await meets(options), { isTaken: false, requests: 0 }, what),
      );
  });

test('NODE_TLS_REJECT_UNAUTHORIZED=0 makes the sidecar trust nobody more', async t => {
  await survives({ who: 'sidecar', fault: 'NODE_TLS_REJECT_UNAUTHORIZED=0' }, async () => {
    const server = createServer(serving, (_, response) => response.end('{}'));
    t.teardown(() => server.close());
    const asks = await asksForGenesis(t, { NODE_TLS_REJECT_UNAUTHORIZED: '0' });
    t.false(await asks(await listen(server)));
  });
});

/** Starts a sidecar. @returns asks it for the genesis of a server at a port: whether an answer came, whatever it is worth. */
async function asksForGenesis(t: ExecutionContext, environment: Record<string, string>) {
  const { tasks, child, home } = await sidecar(environment);
  t.teardown(() => child.kill('SIGKILL'));
  mkdirSync(join(home, 'config'));
  return async (port: number): Promise<boolean> => {
    const { id } = await answer<{ id: string }>(`${tasks}/v0/tasks`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        type: 'configure-genesis',
        params: { url: `https://localhost:${port}/genesis.json` },
      }),
    });
    const task = () => answer<{ status: string; error: string }>(`${tasks}/v0/tasks/${id}`);
    t.true(await until(async () => /^(completed|failed)$/.test((await task()).status)));
    return !/cannot be read/.test((await task()).error);
  };
}

async function answer<T>(url: string, asked?: RequestInit): Promise<T> {
  return (await fetch(url, asked)).json() as Promise<T>;
}
