import test from 'ava';
import fc from 'fast-check';
import { withoutCommands } from '../../../plugin/output/github.ts';
import { fleetSaying, hostileText } from '../hostile.ts';
import { closedYAML, directory, nodeYAML } from '../source/manifests.ts';
import { examples, examplesBefore, invoke } from '../terminal.ts';

type Command = {
  readonly name: string;
  readonly properties: Record<string, string>;
  readonly message: string;
};

/** A line as the runner of GitHub Actions reads it; undefined where it is no command. */
function parsed(line: string): Command | undefined {
  const [, name, list, message] = /^::([a-z]+) ((?:(?!::).)*)::(.*)$/.exec(line) ?? [];
  if (name === undefined || list === undefined || message === undefined) return undefined;
  const properties = list.split(',').map(property => {
    const [key = '', ...value] = property.split('=');
    return [key, unescaped(value.join('=')).replaceAll('%3A', ':').replaceAll('%2C', ',')];
  });
  const decoded = Object.fromEntries(properties.map(([key, value]) => [key, value?.replaceAll('%25', '%')]));
  return { name, properties: decoded, message: unescaped(message).replaceAll('%25', '%') };
}

function unescaped(text: string): string {
  return text.replaceAll('%0D', '\r').replaceAll('%0A', '\n');
}

async function commands(command: string | readonly string[], stdin = '') {
  const words = typeof command === 'string' ? command.split(' ') : command;
  const { out, ...rest } = await invoke([...words, '-o', 'github'], stdin);
  return { ...rest, lines: out === '' ? [] : out.replace(/\n$/, '').split('\n').map(parsed) };
}

test('each finding is a command with file, line, title, message and fix', async t => {
  const { lines, err, code } = await commands(`policy check -f ${examples} --before ${examplesBefore}`);
  t.is(lines.length, 12);
  t.is(err, '');
  t.is(code, 1);
  t.like(lines[3], {
    name: 'error',
    properties: {
      file: 'examples/fleet/expired.yaml',
      line: '12',
      title: 'tls-secret: SeiNode arctic/expired',
    },
  });
  t.regex(
    lines[3]?.message ?? '',
    /^the certificate in Secret .* expired at 2026-01-01T00:00:00Z\nFix: Renew /,
  );
});

test('a warning is a warning, and there is nothing where nothing is found', async t => {
  const { lines, code } = await commands(
    'policy check -f -',
    `${nodeYAML('n0', '  a: 1\n')}---\n${closedYAML()}`,
  );
  t.deepEqual(
    lines.map(line => line?.name),
    ['warning'],
  );
  t.is(code, 0);
  t.deepEqual((await commands('policy check -f -', `${nodeYAML('n0')}---\n${closedYAML()}`)).lines, []);
});

test('what was piped in has no file to annotate: its line is in the message', async t => {
  const { lines } = await commands('policy check -f -', nodeYAML('n0', '  a: 1\n'));
  t.deepEqual(lines[0]?.properties, { title: 'unknown-field: SeiNode default/n0' });
  t.regex(lines[0]?.message ?? '', /^-:9: spec\.a is not a field/);
});

test('what could not be read is an error command, and is said on stderr too', async t => {
  const dir = directory(t, { 'broken.yaml': 'a: [1\n' });
  const { lines, err, code } = await commands(`policy check -f ${dir} -f nope.yaml`);
  t.is(code, 3);
  t.deepEqual(
    lines.map(line => [line?.name, line?.properties]),
    [
      ['error', { file: `${dir}/broken.yaml`, line: '2', title: 'not read' }],
      ['error', { file: 'nope.yaml', title: 'not read' }],
    ],
  );
  t.is(err, lines.map(line => `error: ${line?.message}\n`).join(''));
});

test('a file name with every sign of the syntax comes back as it was', async t => {
  const dir = directory(t, { 'a,b:c=%25%0A::d\n.yaml': nodeYAML('n0', '  a: 1\n') });
  const { lines } = await commands(['policy', 'check', '-f', dir]);
  t.is(lines[0]?.properties.file, `${dir}/a,b:c=%25%0A::d\n.yaml`);
});

test('nothing of a manifest starts a command of its own, on stdout or stderr', async t => {
  const manifests = fc.constantFrom<(said: string) => string>(
    fleetSaying,
    said => JSON.stringify({ apiVersion: 'v1', kind: said, metadata: { name: 'a' } }),
    said => JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name: said } }),
  );
  await fc.assert(
    fc.asyncProperty(hostileText, manifests, async (said, manifest) => {
      const { lines, err } = await commands('policy check -f -', manifest(said));
      t.true(lines.length > 0);
      for (const line of lines) {
        t.regex(line?.name ?? '', /^(error|warning|notice)$/);
        t.deepEqual(Object.keys(line?.properties ?? {}), ['title']);
      }
      // The runner looks for ## anywhere in a line, for :: where it begins.
      t.notRegex(err, /##\[|^\s*::/m);
    }),
    { seed: 49, numRuns: 150 },
  );
});

test('a line on stderr keeps its words', t => {
  const lines: string[] = [];
  const terminal = { out: () => {}, error: (line: string) => lines.push(line), width: 80, color: false };
  const closed = new AbortController().signal;
  withoutCommands({ ...terminal, closed, stdin: async () => new Uint8Array() }).error(
    'error: a ##[add-mask]b # [c',
  );
  t.deepEqual(lines, ['error: a # #[add-mask]b # [c']);
});
