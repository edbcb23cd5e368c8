import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import net from 'node:net';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import test, { type ExecutionContext } from 'ava';
import {
  fakeServer,
  json,
  kubeconfig,
  listen,
  nodeList,
  seiNode,
  withoutNetwork,
  writeFiles,
} from '../cluster/fakes.ts';
import { createAuthority } from '../control-plane/certificates.ts';
import { temporaryDirectory } from '../directory.ts';
import { nodeYAML } from './source/manifests.ts';
import { examples } from './terminal.ts';

const authority = await createAuthority('authority');
const serving = await authority.issue({ commonName: 'serving' }, ['api.invalid'], ['127.0.0.1']);
const ca = { 'certificate-authority-data': Buffer.from(authority.certificate).toString('base64') };
const main = join(import.meta.dirname, '../../plugin/main.ts');
const loaded = join(import.meta.dirname, 'loaded.ts');

type Ended = {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  readonly modules: string;
};

/** Runs the program as a process of its own, to its end; one that does not end is killed with the test. */
async function run(t: ExecutionContext, args: readonly string[], env = {}, input = ''): Promise<Ended> {
  const child = spawn(process.execPath, ['--import', loaded, main, ...args], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
  });
  t.teardown(() => void child.kill('SIGKILL'));
  child.stdin?.on('error', () => {}).end(input);
  const [out, err, modules, code] = await Promise.all([
    text(child.stdout!),
    text(child.stderr!),
    text(child.stdio[3] as Readable),
    ended(child),
  ]);
  return { code, out, err, modules };
}

function ended(child: ChildProcess): Promise<number | null> {
  return new Promise(resolve => child.on('close', resolve));
}

const ofCluster = /node_modules\/(@kubernetes|undici|socks)|\/cluster\/client\.ts|^node:https$/m;

for (const command of [
  '--version',
  '--help',
  'list --help',
  'policy list',
  'list -f DIR',
  'policy check -f DIR',
  'inspect good-ec -f DIR',
  'netpol reach -f DIR',
  'netpol template -f DIR',
  'tls enable tls-off --secret tls-off-tls -f DIR --dry-run=client',
]) {
  test(`"${command}" loads nothing that speaks to a cluster`, async t => {
    const { modules, out } = await run(t, command.replace('DIR', examples).split(' '));
    t.not(out, '');
    t.regex(modules, /plugin\/cli\.ts/);
    t.notRegex(modules, ofCluster);
  });
}

test('Graphviz is loaded for an svg alone', async t => {
  for (const format of ['dot', 'svg']) {
    const { modules } = await run(t, ['netpol', 'reach', '-n', 'arctic', '-f', examples, '-o', format]);
    t.is(modules.includes('@viz-js'), format === 'svg', format);
  }
});

test('a cluster is read with what Node brings, and the process ends with the answer', async t => {
  const fake = await fakeServer(t, withoutNetwork(json(nodeList([seiNode('a')]))), serving);
  const { code, out, err, modules } = await run(t, [
    'list',
    '--kubeconfig',
    kubeconfig(t, { server: fake.url, ...ca }),
  ]);
  t.is(code, 0);
  t.regex(out, /^a +/m);
  t.is(err, '');
  t.regex(modules, /\/cluster\/client\.ts/);
  t.notRegex(modules, /node_modules\/(@kubernetes|undici|socks)/);
  t.notRegex(modules, /exec-credential\.ts|^node:child_process$|^stdin$/m);
});

test('standard input is opened by who reads it alone', async t => {
  const [one, two] = ['good-ec.yaml', 'good-rsa.yaml'].map(name => join(examples, name)) as [string, string];
  const { modules } = await run(t, ['list', '-f', one]);
  t.notRegex(modules, /^stdin$/m);
  const piped = await run(t, ['list', '-f', '-'], {}, readFileSync(two, 'utf8'));
  t.regex(piped.modules, /^stdin$/m);
  t.regex(piped.out, /^good-rsa /m);
});

for (const scheme of ['http', 'https', 'socks5']) {
  // One at a time: what is measured is the proxy, not how busy the machine is with the others.
  test.serial(
    `a ${scheme} proxy that never answers does not keep the process, and nothing but the error is on stderr`,
    async t => {
      const server = net.createServer(socket => socket.on('error', () => {}).resume());
      t.teardown(() => server.close());
      const through = `${scheme}://u:hunter2@127.0.0.1:${await listen(server)}`;
      const config = kubeconfig(
        t,
        { server: 'https://api.invalid', 'proxy-url': through },
        { token: 'top-secret' },
      );
      const start = performance.now();
      const { code, err } = await run(t, [
        'list',
        '-v',
        '9',
        '--request-timeout',
        '300ms',
        '--kubeconfig',
        config,
      ]);
      t.is(code, 3);
      t.regex(err, /^error: [^\n]+ does not answer within 0\.3 s: [^\n]+\n$/);
      t.notRegex(err, /hunter2|top-secret/);
      // The proxy itself is given half a minute.
      t.true(performance.now() - start < 20_000);
    },
  );
}

test('a server that stops half way does not keep the process', async t => {
  const fake = await fakeServer(t, (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).write('{');
  });
  const config = kubeconfig(t, { server: fake.url });
  const { code, err } = await run(t, ['list', '--request-timeout', '300ms', '--kubeconfig', config]);
  t.is(code, 3);
  t.regex(err, /^error: [^\n]+\n$/);
});

test('NODE_TLS_REJECT_UNAUTHORIZED=0 of other programs does not make us trust anybody', async t => {
  const fake = await fakeServer(t, withoutNetwork(json(nodeList([]))), serving);
  const config = kubeconfig(t, { server: fake.url }, { token: 'top-secret' });
  const { code, err } = await run(t, ['list', '--kubeconfig', config], { NODE_TLS_REJECT_UNAUTHORIZED: '0' });
  t.is(code, 3);
  t.regex(err, /^error: [^\n]+ is not trusted: /m);
  t.deepEqual(fake.seen, []);
});

/** A kubeconfig whose user has this shell script for a plugin. */
function withPlugin(t: ExecutionContext, server: string, script: string): string {
  const credential = {
    apiVersion: 'client.authentication.k8s.io/v1',
    kind: 'ExecCredential',
    status: { token: 'tok' },
  };
  const { plugin } = writeFiles(t, {
    plugin: `#!/bin/sh\n${script}\necho '${JSON.stringify(credential)}'\n`,
  });
  const exec = { apiVersion: credential.apiVersion, command: plugin, interactiveMode: 'IfAvailable' };
  return kubeconfig(t, { server, ...ca }, { exec });
}

const nobody = join(import.meta.dirname, 'nobody');
const variables = {
  SSL_CERT_FILE: { SSL_CERT_DIR: nobody },
  NODE_EXTRA_CA_CERTS: { SSL_CERT_DIR: nobody, SSL_CERT_FILE: nobody },
};
for (const [variable, others] of Object.entries(variables)) {
  test(`an authority in ${variable} is trusted where the kubeconfig names none, and nowhere else`, async t => {
    const fake = await fakeServer(t, withoutNetwork(json(nodeList([seiNode('a')]))), serving);
    const file = join(temporaryDirectory('authority'), 'ca.crt');
    writeFileSync(file, authority.certificate);
    const another = await createAuthority('another');
    const strange = { 'certificate-authority-data': Buffer.from(another.certificate).toString('base64') };
    const listed = (trusted: object, named: object) =>
      run(t, ['list', '--kubeconfig', kubeconfig(t, { server: fake.url, ...named })], {
        ...others,
        ...trusted,
      });
    const known = await listed({ [variable]: file }, {});
    t.is(known.code, 0, known.err);
    t.regex(known.out, /^a +/m);
    const seen = fake.seen.length;
    for (const unknown of [await listed({}, {}), await listed({ [variable]: file }, strange)]) {
      t.is(unknown.code, 3);
      t.regex(unknown.err, /is not trusted: its authority is not known/);
    }
    t.is(fake.seen.length, seen);
  });
}

test('what a plugin asks is seen on stderr', async t => {
  const fake = await fakeServer(t, withoutNetwork(json(nodeList([]))), serving);
  const config = withPlugin(t, fake.url, 'echo "open https://login and enter ABCD" >&2');
  const { code, err } = await run(t, ['list', '-o', 'json', '--kubeconfig', config]);
  t.is(code, 0);
  t.is(err, 'open https://login and enter ABCD\n');
});

test('a plugin that reads standard input does not take what -f - reads', async t => {
  const missing = json({ kind: 'Status', reason: 'NotFound', code: 404 }, 404);
  const fake = await fakeServer(t, withoutNetwork(missing), serving);
  const config = withPlugin(t, fake.url, 'cat > /dev/null');
  const args = ['policy', 'check', '-f', '-', '--against-cluster', '--kubeconfig', config];
  const { code, out, err } = await run(t, args, {}, nodeYAML('n0'));
  t.is(err, '');
  t.regex(out, /n0/);
  t.is(code, 1);
});

test('list -w ends when nobody reads any more', async t => {
  const nodes: RequestListener = (request, response) => {
    if (/watch=1/.test(request.url ?? '')) {
      const lines = Array.from({ length: 2000 }, (_, index) =>
        JSON.stringify({ type: 'ADDED', object: seiNode(`n${index}`, String(index + 2)) }),
      );
      response.writeHead(200, { 'content-type': 'application/json' }).write(`${lines.join('\n')}\n`);
    } else {
      json(nodeList([seiNode('a')]))(request, response);
    }
  };
  const fake = await fakeServer(t, withoutNetwork(nodes));
  const config = kubeconfig(t, { server: fake.url });
  const child = spawn(process.execPath, [main, 'list', '-w', '--kubeconfig', config], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.teardown(() => void child.kill('SIGKILL'));
  child.stdout.once('data', () => child.stdout.destroy());
  const [code, err] = await Promise.all([ended(child), text(child.stderr)]);
  t.is(err, '');
  t.is(code, 0);
});
