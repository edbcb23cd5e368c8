import { execFileSync } from 'node:child_process';
import { appendFileSync, truncateSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { kubeconfig, writeFiles } from '../cluster/fakes.ts';
import { invoke } from '../plugin/terminal.ts';
import { survives } from './matrix.ts';
import { hostile, raw } from './peers/rude.ts';

const server = 'https://127.0.0.1:1';
const exec = (script: string) => ({
  exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'sh', args: ['-c', script] },
});
const gibibyte = 1024 ** 3;

/** One sentence, nothing that moves a cursor, exit 3, and no more memory than there is. */
async function refused(t: ExecutionContext, config: string, message: RegExp): Promise<void> {
  const before = process.memoryUsage().rss;
  const { code, out, err } = await invoke(['list', '--kubeconfig', config]);
  t.is(code, 3, err);
  t.is(out, '');
  t.regex(err, /^error: [^\n]{1,900}\n$/);
  t.notRegex(err, raw);
  t.regex(err, message);
  t.true(process.memoryUsage().rss - before < gibibyte, String(process.memoryUsage().rss - before));
}

const pipe = (t: ExecutionContext) => {
  const path = join(dirname(writeFiles(t, { other: '' }).other), 'pipe');
  execFileSync('mkfifo', [path]);
  return path;
};

const fields = [
  ['certificate-authority', (file: string) => [{ server, 'certificate-authority': file }, {}]],
  ['tokenFile', (file: string) => [{ server }, { tokenFile: file }]],
  ['client-key', (file: string) => [{ server }, { 'client-certificate': '/dev/null', 'client-key': file }]],
] as const;
const files: readonly [string, (t: ExecutionContext) => string, RegExp][] = [
  ['a directory', () => '/', /cannot be read: EISDIR/],
  ['/dev/zero', () => '/dev/zero', /is longer than 16 MiB: another file was meant/],
  ['/dev/urandom', () => '/dev/urandom', /is longer than 16 MiB/],
  ['a pipe that nobody writes to', pipe, /is a pipe: name a file/],
];
for (const [field, entries] of fields) {
  for (const [what, fileOf, message] of files) {
    test.serial(`${what} as ${field} is one sentence`, t =>
      survives({ who: 'plugin', fault: `a kubeconfig names ${what} as ${field}` }, () => {
        const [cluster, user] = entries(fileOf(t)) as [object, object];
        return refused(t, kubeconfig(t, cluster, user), message);
      }),
    );
  }
}

test.serial('/dev/zero as kubeconfig is one sentence', t =>
  survives({ who: 'plugin', fault: 'the kubeconfig is /dev/zero' }, () =>
    refused(t, '/dev/zero', /the kubeconfig \/dev\/zero is longer than 16 MiB: another file was meant/),
  ),
);

test.serial('a kubeconfig of 100 MB is one sentence, a sparse one of 1 TB too', t =>
  survives(
    { who: 'plugin', fault: 'the kubeconfig has 100 MB, or 1 TB' },
    async () => {
      const { config } = writeFiles(t, { config: 'a: ' });
      appendFileSync(config, 'x'.repeat(100_000_000));
      await refused(t, config, /is longer than 16 MiB/);
      truncateSync(config, 1024 * gibibyte);
      await refused(t, config, /is longer than 16 MiB/);
    },
    2,
  ),
);

test.serial('a bomb of aliases is one sentence', t =>
  survives(
    { who: 'plugin', fault: 'the kubeconfig is a bomb of aliases' },
    async () => {
      const letters = [...'abcdefghijklmnop'];
      const bomb = letters.map(
        (letter, at) => `${letter}: &${letter} [${Array(9).fill(at === 0 ? 'x' : `*${letters[at - 1]}`)}]`,
      );
      for (const key of ['clusters', 'users', 'contexts', 'current-context']) {
        const { config } = writeFiles(t, { config: `${bomb.join('\n')}\n${key}: *p\n` });
        await refused(t, config, /of the kubeconfig .* must be (an object|a string)/);
      }
    },
    4,
  ),
);

const plugins: readonly [fault: string, script: string, RegExp][] = [
  ['prints 100 MB', 'yes | head -c 100000000', /prints more than any ExecCredential has/],
  ['prints without an end', 'exec yes', /prints more than any ExecCredential has/],
  ['prints words for a terminal', `printf '\\033[2J\\033]52;c;eA==\\007'`, /did not print an ExecCredential/],
  ['is killed', 'kill -9 $$', /ended with SIGKILL/],
];
for (const [fault, script, message] of plugins) {
  test.serial(`a credential plugin that ${fault} is one sentence`, t =>
    survives({ who: 'plugin', fault: `a credential plugin ${fault}` }, () =>
      refused(t, kubeconfig(t, { server }, exec(script)), message),
    ),
  );
}

/** Each of these may stand in a kubeconfig that came by mail. */
const places: readonly ((said: string) => object)[] = [
  said => ({ 'current-context': said }),
  said => ({
    clusters: [{ name: said, cluster: { server: said } }],
    contexts: [{ name: 'x', context: { cluster: said, user: said } }],
    'current-context': 'x',
  }),
  said => withUser(said, { token: said }),
  said => withUser(said, { tokenFile: said }),
  said => withUser(said, { 'client-certificate': said }),
  said => withUser(said, { exec: { apiVersion: said, command: said } }),
  said =>
    withUser(said, {
      exec: { apiVersion: 'client.authentication.k8s.io/v1', command: said, installHint: said },
    }),
  said =>
    withUser(said, {
      exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'x', interactiveMode: said },
    }),
  said => withUser(said, { 'auth-provider': { name: said, config: { 'id-token': said } } }),
  said => withUser(said, {}, { 'proxy-url': said }),
  said => withUser(said, {}, { 'tls-server-name': said }),
  said => withUser(said, {}, { 'certificate-authority': said }),
  said => withUser(said, {}, { 'certificate-authority-data': said }),
  said => ({ clusters: said }),
  said => ({ clusters: [{ name: said, cluster: said }] }),
  said => ({ clusters: [{ name: said }, { name: said }] }),
];

function withUser(said: string, user: object, cluster: object = {}): object {
  return {
    clusters: [{ name: said, cluster: { server, ...cluster } }],
    users: [{ name: said, user }],
    contexts: [{ name: said, context: { cluster: said, user: said, namespace: said } }],
    'current-context': said,
  };
}

test('no field of a kubeconfig brings words for a terminal onto it', t =>
  survives(
    { who: 'plugin', fault: 'a kubeconfig full of words for a terminal' },
    async () => {
      for (const place of places) {
        const { config } = writeFiles(t, { config: JSON.stringify(place(hostile)) });
        for (const command of ['list', 'doctor -o json']) {
          const { code, out, err } = await invoke([...command.split(' '), '--kubeconfig', config]);
          t.true(code === 3 || code === 2, `${code} ${err}`);
          t.notRegex(out + err, raw, err);
          t.notRegex(err, /should not happen/);
        }
      }
    },
    places.length,
  ));
