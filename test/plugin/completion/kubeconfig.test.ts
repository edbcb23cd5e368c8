import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import test from 'ava';
import type { Argv } from 'yargs';
import { temporaryDirectory } from '../../directory.ts';
import { complete } from './complete.ts';

const directory = temporaryDirectory('kubeconfig');

function flags(yargs: Argv): Argv {
  return yargs
    .option('kubeconfig', { describe: 'Kubeconfig file' })
    .option('context', { describe: 'Context' })
    .option('cluster', { describe: 'Cluster' })
    .option('user', { describe: 'User' });
}

function kubeconfig(name: string, content: unknown): string {
  const file = join(directory, name);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

function named(...names: string[]) {
  return names.map(name => ({ name }));
}

async function values(flag: string, file: string): Promise<string[]> {
  return Object.keys((await complete(`--kubeconfig ${file} --${flag} `, flags)).candidates);
}

const lab = kubeconfig('lab', {
  contexts: named('lab', 'arn:aws:eks:eu-1:1:cluster/a', 'my prod', 'gke_x@y', 'a=b'),
  clusters: named('lab-cluster'),
  users: named('lab/admin'),
});

test('contexts, clusters and users come from the kubeconfig', async t => {
  t.deepEqual(await values('context', lab), [
    'lab',
    'arn:aws:eks:eu-1:1:cluster/a',
    'my prod',
    'gke_x@y',
    'a=b',
  ]);
  t.deepEqual(await values('cluster', lab), ['lab-cluster']);
  t.deepEqual(await values('user', lab), ['lab/admin']);
});

test('a name that a shell would act on, or that is none, is not proposed', async t => {
  const hostile = [
    '$(reboot)',
    '`reboot`',
    'a;b',
    'a|b',
    'a&b',
    'a>b',
    "it's",
    '"',
    'a\\',
    'a*',
    '!1',
    '{a,b}',
    '~',
    '#',
  ];
  const file = kubeconfig('hostile', {
    contexts: named('ok', ...hostile, '-rf', 'two\nlines', '\u001b[2J', ' lead'),
  });
  t.deepEqual(await values('context', file), ['ok']);
});

for (const [title, content] of [
  ['is not YAML', 'contexts: ['],
  ['is no object', '[]'],
  ['has no list', { contexts: 'lab' }],
  ['is empty', ''],
] as const) {
  test(`a kubeconfig that ${title} has no names`, async t => {
    t.deepEqual(await values('context', kubeconfig(title, content)), []);
  });
}

test('KUBECONFIG may list several, some of them missing', t => {
  const b = kubeconfig('b', { contexts: named('b', 'lab') });
  const KUBECONFIG = [join(directory, 'none'), b, lab].join(delimiter);
  const program = join(import.meta.dirname, 'program.ts');
  const out = execFileSync(process.execPath, [program, '__complete', 'list', '--context', ''], {
    env: { ...process.env, KUBECONFIG },
    encoding: 'utf8',
  });
  t.deepEqual(out.match(/^(b|lab)$/gm)?.toSorted(), ['b', 'lab']);
});
