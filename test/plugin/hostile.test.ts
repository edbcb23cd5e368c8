import { readdirSync, readFileSync } from 'node:fs';
import test from 'ava';
import fc from 'fast-check';
import { parse } from 'yaml';
import { formats, reportFormats } from '../../plugin/options.ts';
import { exampleSecret, fleetSaying, hostileText as text, unsafe } from './hostile.ts';
import { examples, invoke } from './terminal.ts';

const views = [
  ...['list', 'tls check', 'inspect n0'].flatMap(command => formats.map(format => `${command} -o ${format}`)),
  ...reportFormats.map(format => `policy check -o ${format}`),
];

test('no text of a manifest or a certificate reaches the terminal with a control character', async t => {
  await fc.assert(
    fc.asyncProperty(text, fc.constantFrom(...views), async (said, view) => {
      const { code, out, err } = await invoke(`${view} -f -`, fleetSaying(said));
      t.notRegex(out + err, unsafe, view);
      t.true(code < 2, err);
    }),
    { seed: 42, numRuns: 300 },
  );
});

test('JSON and YAML give back what a manifest and a certificate say, to the character', async t => {
  await fc.assert(
    fc.asyncProperty(text, async said => {
      const json = JSON.parse((await invoke('inspect n0 -f - -o json', fleetSaying(said))).out);
      t.is(json.image, said);
      t.is(json.plan.tasks[0].error, said);
      t.is(json.certificate.dnsNames[0], said.replaceAll(/[^\0-\x7f]/g, '?'));
      t.deepEqual(parse((await invoke('inspect n0 -f - -o yaml', fleetSaying(said))).out), json);
    }),
    { seed: 43, numRuns: 150 },
  );
});

test('no name, kind, flag or argument reaches the terminal with a control character', async t => {
  const words = fc.constantFrom<(said: string) => readonly string[]>(
    said => [said],
    said => ['list', '-f', said],
    said => ['list', '-f', '-', `--${said}`],
    said => ['list', '-f', '-', '-n', said],
    said => ['list', '-f', '-', '-l', said],
    said => ['list', '-f', '-', '-o', said],
    said => ['list', '-f', '-', '--now', said],
    said => ['inspect', said, '-f', '-'],
    said => ['policy', 'explain', said],
    said => ['policy', said],
  );
  const manifest = (said: string) =>
    [
      { metadata: { name: said } },
      { kind: said },
      { apiVersion: said },
      { metadata: { name: 'a', namespace: said } },
    ]
      .map(part => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' }, ...part }))
      .map(object => JSON.stringify(object))
      .join('\n---\n');
  await fc.assert(
    fc.asyncProperty(text, words, async (said, command) => {
      const { out, err } = await invoke(command(said), manifest(said));
      t.notRegex(out + err, unsafe);
      t.notRegex(err, /should not happen/);
    }),
    { seed: 44, numRuns: 300 },
  );
});

/** Stretches of every private key of the examples: of its base64 in the manifest, and of its PEM. */
const secrets = readdirSync(examples)
  .map(file => exampleSecret(file.replace('.yaml', ''))?.data?.['tls.key'] ?? '')
  .flatMap(encoded => [
    encoded,
    Buffer.from(encoded, 'base64')
      .toString()
      .replaceAll(/-----.*-----|\n/g, ''),
  ])
  .flatMap(key =>
    Array.from({ length: Math.floor(key.length / 12) }, (_, at) => key.slice(at * 12, at * 12 + 20)),
  )
  .filter(stretch => stretch.length === 20);

function leaked(output: string): string | undefined {
  return secrets.find(stretch => output.includes(stretch));
}

test('no command shows any of a private key, in any format', async t => {
  t.true(secrets.length > 100);
  for (const file of readdirSync(examples)) {
    const name = file.replace('.yaml', '');
    for (const view of views) {
      const { out, err } = await invoke(`${view.replace('n0', name)} -f ${examples}/${file}`);
      t.is(leaked(out + err), undefined, `${view} ${file}`);
    }
  }
});

test('nor is any shown where its manifest is broken at any place', async t => {
  const manifests = readdirSync(examples).map(file => readFileSync(`${examples}/${file}`, 'utf8'));
  const breaks = fc.constantFrom(
    '"',
    "'",
    '[',
    '{',
    '\t',
    '\n',
    '\n ',
    '%',
    '\u0000',
    ': ',
    '---',
    '&a',
    '*b',
    '!!binary ',
  );
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...manifests),
      fc.double({ min: 0, max: 1, noNaN: true }),
      breaks,
      fc.constantFrom(...views),
      async (manifest, where, broken, view) => {
        const at = Math.floor(where * manifest.length);
        const { out, err } = await invoke(
          `${view} -f -`,
          manifest.slice(0, at) + broken + manifest.slice(at),
        );
        t.is(leaked(out + err), undefined);
        t.notRegex(out + err, /\n {4}at |should not happen/);
      },
    ),
    { seed: 45, numRuns: 400 },
  );
});
