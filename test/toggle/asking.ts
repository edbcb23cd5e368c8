import { PassThrough } from 'node:stream';
import type { ExecutionContext } from 'ava';
import { parse } from 'yaml';
import { run } from '../../plugin/cli.ts';
import { isWrite } from '../faults/proxy/seen.ts';
import type { Place } from '../integration/place.ts';
import type { Bed } from './bed.ts';
import { check, type Test } from './broken.ts';
import { few } from './few.ts';
import type { Ended } from './plugin.ts';
import { beginTrial } from './trial.ts';
import { makeWay } from './way.ts';

const enable = ['enable', 'n0', '--secret', 'n0-tls'];
const none = ['enable', 'none', '--secret', 'n0-tls', '--yes'];

type Asked = readonly [what: string, args: readonly string[], code: number, out: RegExp, err: RegExp];
const asked: readonly Asked[] = [
  [
    'a dry run of the client',
    [...enable, '--dry-run=client'],
    0,
    / {2}4 +SeiNode n0 is deleted[\s\S]*^\S+n0 TLS enabled \(dry run\)\n$/m,
    /^$/,
  ],
  [
    'a dry run of the server',
    [...enable, '--dry-run=server'],
    0,
    / is set to Retain: as Delete it would go[\s\S]*^\S+n0 TLS enabled \(server dry run\)\n$/m,
    /^$/,
  ],
  ['nobody to ask', enable, 2, /^$/, /there is no terminal to ask at/],
  ['what is as wanted', ['disable', 'n0'], 0, /^\S+n0 unchanged\n$/, /has no TLS already/],
  ['a node that is not there', none, 3, /^\S+none refused\n$/, /SeiNode "none" not found in namespace asked/],
  [
    'a dry run of the client with a node that is not there',
    [...none, '--dry-run=client'],
    3,
    /./,
    /not found in namespace asked/,
  ],
  [
    'a dry run of the server with a node that is not there',
    [...none, '--dry-run=server'],
    3,
    /./,
    /not found in namespace asked/,
  ],
  [
    'one that is there and one that is not',
    ['enable', 'n0', 'none', '--secret', 'n0-tls', '--yes'],
    3,
    /n0 not begun\n\S+none refused\n$/,
    /not found/,
  ],
  ['no node', ['disable', '-l', 'app=none', '--yes'], 2, /^$/, /no SeiNode matches app=none/],
  ['names of nodes', [...enable, '--dry-run=client', '-o', 'name'], 0, /^seinode\.sei\.io\/n0\n$/, /^$/],
  ['nothing to go on with', ['resume', 'n0', '--yes'], 3, /^$/, /"n0" was never toggled in namespace asked/],
];

/** What is asked, answered and refused before anything begins: none of it writes. */
export function asking(test: Test, bed: () => Bed, inNamespace: (name: string) => Promise<Place>): void {
  test('nothing is written for', t =>
    few(async () => {
      const trial = await beginTrial(bed(), await inNamespace('asked'));
      const { proxy, tls } = await makeWay(t, bed(), trial.place);
      for (const [what, args, code, out, err] of asked) {
        const ended = await tls(...args);
        t.is(ended.code, code, `${what}: ${ended.stderr}`);
        t.regex(ended.stdout, out, what);
        t.regex(ended.stderr, err, what);
      }
      for (const output of ['json', 'yaml'])
        isReport(t, await tls(...enable, '--dry-run=server', '-o', output));
      t.deepEqual(proxy.seen.filter(isWrite), []);
      t.deepEqual(await trial.facts(), trial.before);
    }));

  test('at a terminal it begins only where the answer is yes', t =>
    few(async () => {
      const trial = await beginTrial(bed(), await inNamespace('prompt'));
      const { proxy } = await makeWay(t, bed(), trial.place);
      for (const [answer, wanted, words] of [
        ['', 1, /^\S+n0 not begun\n$/],
        ['no', 1, /^\S+n0 not begun\n$/],
        [undefined, 130, /^\S+n0 interrupted\n$/],
      ] as const) {
        const { code, stdout, stderr } = await atTerminal(proxy.kubeconfig, answer);
        t.is(code, wanted, stderr);
        t.regex(stdout, words);
        t.regex(stderr, /Delete and create anew SeiNode prompt\/n0 at .*\? \[y\/N\] /);
        t.notRegex(stderr, /go on with/);
      }
      t.deepEqual(proxy.seen.filter(isWrite), []);
      const { code, stderr } = await atTerminal(proxy.kubeconfig, 'y');
      t.is(code, 0, stderr);
      check(t, trial, await trial.facts(), stderr);
    }));
}

/** The same command line at a terminal, where somebody answers. @param answer undefined for Ctrl-C. */
async function atTerminal(kubeconfig: string, answer: string | undefined): Promise<Ended> {
  const said = { stdout: '', stderr: '' };
  const stream = Object.assign(new PassThrough(), { columns: 80, rows: 24 }) as unknown as NodeJS.WriteStream;
  const code = await run(['tls', ...enable, '-n', 'prompt', '--no-verify', '--kubeconfig', kubeconfig], {
    out: text => {
      said.stdout += text;
    },
    error: text => {
      said.stderr += `${text}\n`;
    },
    width: 100,
    color: false,
    stdin: async () => new Uint8Array(),
    closed: new AbortController().signal,
    dialogue: {
      stream,
      ask: async question => {
        said.stderr += question;
        return answer;
      },
    },
  });
  return { code, ...said };
}

function isReport(t: ExecutionContext, { code, stdout, stderr }: Ended): void {
  t.is(code, 0, stderr);
  const report = parse(stdout);
  t.like(report, { apiVersion: 'seinode.sei.io/v1', kind: 'ToggleReport' });
  t.like(report.items[0], {
    namespace: 'asked',
    name: 'n0',
    outcome: 'Planned',
    to: { secretName: 'n0-tls' },
  });
}
