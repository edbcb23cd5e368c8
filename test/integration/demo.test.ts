import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import anyTest from 'ava';
import { questions } from '../../scripts/demo/pod.ts';
import { findPrograms } from '../control-plane/programs.ts';
import { requires } from '../requires.ts';

const script = join(import.meta.dirname, '../../scripts/demo.ts');
const test = requires('a control plane', (await findPrograms()) !== undefined);

test('the demo brings three nodes to Running, holds the fourth, closes a port, gives TLS, and leaves nothing behind', async t => {
  const { code, stdout, stderr } = await demo();
  t.is(code, 0, stderr);
  for (const name of ['rpc-0', 'sentry-0', 'sentry-1']) {
    t.regex(stdout, new RegExp(`^${name} +Running `, 'm'));
  }
  t.regex(stdout, /^sentry-2 +Pending +on +sentry-2-tls +NotFound /m);
  t.notRegex(stdout, /^sentry-2 +(Initializing|Running) /m);
  t.regex(stdout, /^# Three are Running, [\d.]+ s after they were made, [\d.]+ s after the start$/m);
  t.regex(stdout, /--from 203\.0\.113\.7\n.*\n203\.0\.113\.7 .* allowed /);
  t.regex(stdout, /--from 203\.0\.113\.7\n.*\n203\.0\.113\.7 .* denied /);
  t.regex(stdout, /^networkpolicy\.networking\.k8s\.io\/\S+ created$/m);
  t.regex(stderr, /^rpc-0: Done after /m);
  t.regex(stdout, /^rpc-0 +on +rpc-0-tls +Ready /m);
  const [, directory = ''] = /^export KUBECONFIG=(.+)\/admin\.kubeconfig$/m.exec(stdout) ?? [];
  t.true(directory !== '' && !existsSync(directory));
});

anyTest(
  'what the demo says to type fits a terminal of 80 columns: a line that is broken cannot be copied',
  t => {
    t.deepEqual(
      questions('DIRECTORY')
        .split('\n')
        .filter(line => line.length > 80),
      [],
    );
  },
);

/** Runs it as CI would: nothing of it is a terminal. */
function demo(): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise(resolve => {
    const child = execFile(process.execPath, [script], (_fault, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout, stderr }),
    );
  });
}
