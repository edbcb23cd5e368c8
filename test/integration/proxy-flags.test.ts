import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import pLimit from 'p-limit';
import { findRBACProxy } from '../control-plane/programs.ts';
import { evaluate, testWithOPA } from '../policies/opa.ts';
import { requires } from '../requires.ts';

const proxy = await findRBACProxy();
const testWithProxy = proxy === undefined ? requires('kube-rbac-proxy: install Go', false) : testWithOPA;
const seed = 20261121;

const words = [
  ...[
    '--upstream',
    '--upstream=http://a',
    '--upstream=',
    '--upstream=b=c',
    '--config-file',
    '--config_file=/x',
  ],
  ...['--ignore-paths', '--ignore_paths=/a,/b', '--ignore-paths=', '--allow-paths=/c', '--allow-paths'],
  ...['--auth-header-fields-enabled', '--auth-header-fields-enabled=T', '--auth-header-fields-enabled=false'],
  ...[
    '--http2-disable',
    '--skip_headers',
    '-v',
    '-v=2',
    '-v3',
    '4',
    '',
    '--',
    '--tls-cert-file=/t',
    '-upstream=d',
  ],
];

/** The flags that the rules read, each with what it is where nobody gives it. */
const read: Readonly<Record<string, string>> = {
  upstream: '',
  'config-file': '',
  'ignore-paths': '[]',
  'allow-paths': '[]',
  'auth-header-fields-enabled': 'false',
  'tls-cert-file': '',
};

testWithProxy('the rules read arguments as kube-rbac-proxy does, where it takes them', async t => {
  const samples = fc.sample(fc.array(fc.constantFrom(...words), { maxLength: 6 }), { seed, numRuns: 400 });
  const limit = pLimit(2);
  const theirs = await Promise.all(samples.map(sample => limit(() => flagsOf(sample))));
  const taken = samples.flatMap((sample, index) =>
    theirs[index] ? [{ sample, theirs: theirs[index] }] : [],
  );
  t.true(taken.length > 100, String(taken.length));
  const ours = flagsByRules(taken.map(({ sample }) => sample));
  for (const [index, { sample, theirs }] of taken.entries())
    t.deepEqual(ours[index], theirs, sample.join(' '));
});

/** What kube-rbac-proxy says of its flags before it finds no cluster; undefined where it refuses them. */
function flagsOf(args: readonly string[]): Promise<Record<string, string> | undefined> {
  return new Promise(resolve => {
    execFile(
      proxy!,
      ['--kubeconfig=/dev/null/none', '--v=5', ...args],
      { timeout: 30_000 },
      (_, __, stderr) => {
        resolve(/\] FLAG: /.test(stderr) ? printed(stderr) : undefined);
      },
    );
  });
}

function printed(log: string): Record<string, string> {
  const flags = [...log.matchAll(/\] FLAG: --(\S+)="(.*)"$/gm)].map(
    ([, name, value]) => [name!, value!] as const,
  );
  return Object.fromEntries(flags.filter(([name]) => Object.hasOwn(read, name)));
}

function flagsByRules(samples: readonly (readonly string[])[]): Record<string, string>[] {
  const directory = mkdtempSync(join(tmpdir(), 'flags-'));
  try {
    const file = join(directory, 'data.json');
    writeFileSync(file, JSON.stringify({ samples }));
    const query = `[flags | some sample in data.samples
      flags := data.seinode.pflag.flags(sample, data.seinode.rules.listener_split.boolean_flags)]`;
    return evaluate<Record<string, string[]>[]>(query, '-d', file).map(asPrinted);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function asPrinted(flags: Readonly<Record<string, readonly string[]>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(read).map(([name, otherwise]) => {
      const values = flags[name];
      if (values === undefined) return [name, otherwise];
      if (otherwise === '[]') return [name, `[${values.filter(value => value !== '').join(',')}]`];
      return [
        name,
        otherwise === 'false' ? String(/^(1|t|T|true|TRUE|True)$/.test(values.at(-1)!)) : values.at(-1)!,
      ];
    }),
  );
}
