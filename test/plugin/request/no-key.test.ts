import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { directory } from '../source/manifests.ts';
import { invoke, type Outcome } from '../terminal.ts';
import { arctic, pemOf } from './request.ts';

const fleet = `${arctic('n0', 'n0-tls')}---\n${arctic('n1', 'n0-tls')}---\nkind: [\n`;
const fromPipe = '-f - -v 1';

/** Lines of a key as they are in PEM, and what they become in base64 whatever comes before. */
function traces(key: string): string[] {
  const body = key.split('\n').filter(line => line !== '' && !line.startsWith('-----'));
  const encoded = [0, 1, 2].map(shift => btoa(' '.repeat(shift) + body[1]).slice(4, -4));
  return ['PRIVATE KEY', ...body, ...encoded, btoa(key).slice(0, 60)];
}

test('the key of a request is in its file and nowhere else', async t => {
  const file = join(directory(t), 'key');
  const command = `tls request n0 --format csr --secret other --key-out ${file} ${fromPipe}`;
  const [made, refused] = [await invoke(command, fleet), await invoke(command, fleet)];
  t.regex(made.out, /CERTIFICATE REQUEST/);
  t.regex(made.err, /warning: .*\n(.*\n)*error: /);
  t.regex(refused.err, /a key replaces nothing/);
  for (const trace of traces(readFileSync(file, 'utf8')))
    t.deepEqual(outputsWith(trace, [made, refused]), []);
});

test('the key of a Secret is in its data, once, and not on stderr', async t => {
  const command = `tls request n0 --format secret --secret other ${fromPipe} -o json`;
  const { out, err } = await invoke(command, fleet);
  const secret = JSON.parse(out);
  const { key } = pemOf(secret);
  const withoutKey = { out: out.replace(secret.data['tls.key'], ''), err, code: 0 };
  t.regex(key, /BEGIN PRIVATE KEY/);
  for (const trace of traces(key)) t.deepEqual(outputsWith(trace, [withoutKey]), []);
});

test('a Certificate comes without any key', async t => {
  const command = `tls request n0 --format certificate --issuer Issuer/ca ${fromPipe}`;
  t.deepEqual(outputsWith('PRIVATE KEY', [await invoke(command, fleet)]), []);
});

function outputsWith(trace: string, outcomes: readonly Outcome[]): string[] {
  return outcomes.flatMap(({ out, err }) => [out, err]).filter(text => text.includes(trace));
}
