import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import anyTest, { type ExecutionContext } from 'ava';
import { load } from 'js-yaml';
import { listWatch } from '../../plugin/commands/list-watch.ts';
import type { CommonOptions } from '../../plugin/options.ts';
import type { Size } from '../../plugin/terminal.ts';
import { until } from '../control-plane/until.ts';
import { exampleSecret } from '../plugin/hostile.ts';
import { invoke } from '../plugin/terminal.ts';
import { withControlPlane } from './with-control-plane.ts';

const { test, controlPlane, kubectl } = withControlPlane(anyTest.serial);
const main = join(import.meta.dirname, '../../plugin/main.ts');

type Watching = {
  /** What was written so far. */
  readonly out: () => string;
  readonly err: () => string;
  /** Waits until a line is there that was not before. */
  readonly sees: (pattern: RegExp) => Promise<void>;
  /** The exit code, once it has ended. */
  readonly ended: Promise<number>;
  /** Ends it. @returns the exit code. */
  readonly end: () => Promise<number>;
};

/** `list -w` in this process, with its own namespace and a re-read every tenth of a second. */
function watch(t: ExecutionContext, namespace: string, v = '0', size?: () => Size): Watching {
  const written = { out: '', err: '' };
  let seen = 0;
  const closed = new AbortController();
  const options = {
    kubeconfig: controlPlane().kubeconfig,
    namespace,
    allNamespaces: false,
    output: 'table',
    noHeaders: false,
    requestTimeout: '0',
    v,
  } as CommonOptions;
  const terminal = {
    out: (added: string) => {
      written.out += added;
    },
    error: (line: string) => {
      written.err += `${line}\n`;
    },
    width: 100,
    ...(size && { size }),
    color: false,
    stdin: async () => new Uint8Array(),
    closed: closed.signal,
  };
  const ended = listWatch(options, terminal as never, 100);
  t.teardown(() => closed.abort());
  return {
    out: () => written.out,
    err: () => written.err,
    sees: async pattern => {
      const found = await until(() => pattern.test(written.out.slice(seen)));
      t.true(found, `${pattern} in ${JSON.stringify(written)}`);
      seen = written.out.length;
    },
    ended,
    end: () => {
      closed.abort();
      return ended;
    },
  };
}

function seiNode(name: string, secretName?: string): string {
  const sidecar = secretName ? { tls: { secretName } } : undefined;
  return JSON.stringify({
    apiVersion: 'sei.io/v1alpha1',
    kind: 'SeiNode',
    metadata: { name },
    spec: { chainId: 'c', image: 'i', fullNode: {}, sidecar },
  });
}

function apply(t: ExecutionContext, namespace: string, input: string): Promise<string> {
  return kubectl(t, ['apply', '-n', namespace, '-f', '-'], { input });
}

test('list -w shows what is added, changed, made ready by its Secret, and deleted', async t => {
  await kubectl(t, ['create', 'namespace', 'arctic']);
  await apply(t, 'arctic', seiNode('first'));
  const watched = watch(t, 'arctic');
  await watched.sees(/^NAME .*\nfirst +- +off /);
  // Its Secret is not there yet: a watch of nodes will not tell when it comes.
  await apply(t, 'arctic', seiNode('good-ec', 'good-ec-tls'));
  await watched.sees(/^good-ec +- +on +good-ec-tls +NotFound /m);
  const { metadata: _metadata, ...secret } = exampleSecret('good-ec');
  await apply(t, 'arctic', JSON.stringify({ ...secret, metadata: { name: 'good-ec-tls' } }));
  await watched.sees(/^good-ec +- +on +good-ec-tls +Ready /m);
  await kubectl(t, [
    'patch',
    'seinode',
    'first',
    '-n',
    'arctic',
    '--type=merge',
    '-p',
    '{"spec":{"image":"other"}}',
  ]);
  await kubectl(t, ['delete', 'seinode', 'first', '-n', 'arctic']);
  await watched.sees(/^first +Deleted /m);
  t.is(await watched.end(), 0);
  t.is(watched.err(), '');
  t.is(watched.out().split('NAME').length, 2, 'one header');
});

test('list -w in a window that somebody makes narrower folds the rows to come, below a header of their own', async t => {
  await kubectl(t, ['create', 'namespace', 'narrow']);
  await apply(t, 'narrow', seiNode('first', 'a-secret'));
  let width = 100;
  const watched = watch(t, 'narrow', '0', () => ({ width, foldAt: width }));
  await watched.sees(/^first +- +on +a-secret +NotFound .*$/m);
  width = 40;
  const before = watched.out().length;
  await apply(t, 'narrow', seiNode('second', 'a-secret'));
  await watched.sees(/^second /m);
  const rows = watched.out().slice(before);
  t.regex(rows, /^NAME +PHASE .*\n( {4}\S.*\n)+second +- /);
  t.deepEqual(
    rows.split('\n').filter(row => row.length > 40),
    [],
  );
  await apply(t, 'narrow', seiNode('third', 'a-secret'));
  await watched.sees(/^third /m);
  t.is(watched.out().split('NAME').length, 3, 'a header for each width');
  t.is(await watched.end(), 0);
});

test('list -w lives through an API server that is killed, and sees what went while it was away', async t => {
  await kubectl(t, ['create', 'namespace', 'gap']);
  for (const name of ['stays', 'goes']) await apply(t, 'gap', seiNode(name));
  const watched = watch(t, 'gap');
  await watched.sees(/^stays /m);
  await controlPlane().apiserver.stop('SIGKILL');
  t.true(await until(() => /; trying again\n/.test(watched.err())));
  // What was read again at that moment may have said so first.
  t.regex(
    watched.err(),
    /^error: the API server https:\S+ \(cluster "\S+"\) cannot be reached: [^\n]+; trying again$/m,
  );
  await controlPlane().apiserver.start();
  await kubectl(t, ['delete', 'seinode', 'goes', '-n', 'gap']);
  await apply(t, 'gap', seiNode('comes'));
  await watched.sees(/^comes /m);
  t.regex(watched.out(), /^goes +Deleted /m);
  t.is(await watched.end(), 0);
});

test('list -w lists anew where etcd has forgotten its moment', async t => {
  await kubectl(t, ['create', 'namespace', 'old']);
  await apply(t, 'old', seiNode('stays'));
  const watched = watch(t, 'old', '6');
  await watched.sees(/^stays /m);
  const { apiserver } = controlPlane();
  await apiserver.stop('SIGKILL');
  const { header } = await etcd('put', { key: btoa('k'), value: btoa('v') });
  await etcd('compaction', { revision: header.revision, physical: true });
  await apiserver.start();
  await apply(t, 'old', seiNode('comes'));
  await watched.sees(/^comes /m);
  const stays = () => watched.out().match(/^stays .*$/gm) ?? [];
  // It may be a tenth of a second until somebody knows again.
  t.true(await until(() => stays().at(-1)?.includes('unknown') === false));
  t.is(await watched.end(), 0);
  t.is(watched.err().match(/seinodes\?limit=500 200/g)?.length, 2);
  // While the server was away nobody knew what is exposed; otherwise a row that has not changed is not shown again.
  const rows = stays();
  t.is(
    rows.filter(row => !row.includes('unknown')).length - rows.filter(row => row.includes('unknown')).length,
    1,
  );
  t.true(rows.every((row, index) => row !== rows[index - 1]));
});

/** Asks etcd itself (its gRPC gateway). */
async function etcd(what: string, body: object): Promise<{ header: { revision: string } }> {
  const socketPath = join(controlPlane().directory, 'etcd.sock');
  const asked = request({ socketPath, path: `/v3/kv/${what}`, method: 'POST' }).end(JSON.stringify(body));
  const [answer] = await once(asked, 'response');
  return JSON.parse(await text(answer));
}

test('Ctrl-C ends the process of list -w by its signal, which a shell calls 130, and nothing is said', async t => {
  const args = [main, 'list', '-w', '-n', 'arctic', '--kubeconfig', controlPlane().kubeconfig];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  t.teardown(() => void child.kill('SIGKILL'));
  const err = text(child.stderr);
  await once(child.stdout, 'data');
  child.kill('SIGINT');
  t.deepEqual(await once(child, 'close'), [null, 'SIGINT']);
  t.is(await err, '');
});

const crd = load(
  readFileSync(join(import.meta.dirname, '../control-plane/crds/sei.io_seinodes.yaml'), 'utf8'),
) as { spec: { versions: { name: string }[] } };

test('a CRD that goes away ends list -w, and a cluster without it or with another version says so', async t => {
  const watched = watch(t, 'arctic');
  await watched.sees(/^good-ec /m);
  const refused = watched.ended.then(String, String);
  await kubectl(t, ['delete', 'crd', 'seinodes.sei.io']);
  const missing =
    /^error: the API server \S+ \(cluster "\S+"\) knows no SeiNode: the CRD seinodes\.sei\.io is not installed: [^\n]+\n$/;
  const list = () => invoke(`list --kubeconfig ${controlPlane().kubeconfig}`);
  t.true(await until(async () => missing.test((await list()).err)));
  t.is((await list()).code, 3);
  const other = {
    ...crd,
    spec: { ...crd.spec, versions: crd.spec.versions.map(version => ({ ...version, name: 'v1beta1' })) },
  };
  await kubectl(t, ['apply', '--server-side', '-f', '-'], { input: JSON.stringify(other) });
  const another =
    /the CRD seinodes\.sei\.io is of another version: sei\.io\/v1beta1 is served, sei\.io\/v1alpha1 is needed\n$/;
  t.true(await until(async () => another.test((await list()).err)), (await list()).err);
  t.regex(await refused, /^Error: [^\n]+ knows no SeiNode: the CRD /);
});
