import { readdirSync, readFileSync } from 'node:fs';
import test from 'ava';
import fc from 'fast-check';
import { parse } from 'yaml';
import { fleetSaying, hostileText } from './hostile.ts';
import { planStatus } from './plans.ts';
import { objections } from './schemas.ts';
import { nodeYAML, secretYAML } from './source/manifests.ts';
import { examples, examplesBefore, invoke } from './terminal.ts';

/** What a command prints as JSON fits its schema, and as YAML is the same. */
async function printed(command: string, stdin = '') {
  const document = JSON.parse((await invoke(`${command} -o json`, stdin)).out);
  return {
    document,
    objections: objections(document),
    yaml: (await invoke(`${command} -o yaml`, stdin)).out,
  };
}

const fits = test.macro({
  async exec(t, command: string, stdin: string = '') {
    const files = command.replace('DIR', examples).replace('BEFORE', examplesBefore);
    const { document, objections, yaml } = await printed(files, stdin);
    t.deepEqual(objections, []);
    t.deepEqual(parse(yaml), document);
  },
  title: (title, command) => `${command} fits its schema ${title ?? ''}`.trim(),
});

const planned = nodeYAML('n0', planStatus);
const files = readdirSync(examples);
const names = files.filter(file => file !== 'network.yaml').map(file => file.replace('.yaml', ''));
const unreadable = `${nodeYAML('n0', '  sidecar: {tls: {secretName: S_1}}\n')}---\n${secretYAML('s', '  tls.crt: "%"\n')}`;

test(fits, 'list -f DIR');
test(fits, 'list -A -f DIR -o wide');
test(fits, 'tls check -f DIR');
test(fits, 'policy check -f DIR --before BEFORE');
test(fits, 'tls enable tls-off --secret tls-off-tls -f DIR --dry-run=client');
test(fits, 'tls enable good-ec tls-off --secret good-ec-tls -f DIR --dry-run=client');
test(fits, 'tls disable -l a!=b -f DIR --dry-run=client');
test(fits, 'plan good-ec -f DIR');
test('amid a plan', fits, 'plan n0 -f -', planned);
test(fits, 'policy list');
for (const name of names) {
  test(fits, `inspect ${name} -f DIR`);
}
for (const id of [
  'label-contract',
  'listener-split',
  'netpol-blocked',
  'netpol-public-port',
  'netpol-tasks-port',
  'node-mode',
  'node-references',
  'tls-immutable',
  'tls-sans',
  'tls-secret',
  'unknown-field',
]) {
  test(fits, `policy explain ${id}`);
}
for (const command of ['list', 'tls check', 'inspect n0', 'policy check']) {
  test('where a Secret cannot be decoded', fits, `${command} -f -`, unreadable);
}
for (const command of ['list', 'tls check', 'policy check']) {
  test('where nothing is found', fits, `${command} -f -`, 'kind: [');
  test('at a moment that no rule knows', fits, `${command} -f DIR --now 1600-01-01T00:00:00Z`);
}

test('what manifests and certificates say changes no shape', async t => {
  const commands = fc.constantFrom('list -f -', 'tls check -f -', 'inspect n0 -f -', 'policy check -f -');
  await fc.assert(
    fc.asyncProperty(hostileText, commands, async (said, command) => {
      const { document, objections, yaml } = await printed(command, fleetSaying(said));
      t.deepEqual(objections, []);
      t.deepEqual(parse(yaml), document);
    }),
    { seed: 46, numRuns: 120 },
  );
});

test('nor does a manifest that is broken at any place', async t => {
  const manifests = files.map(file => readFileSync(`${examples}/${file}`, 'utf8'));
  const commands = fc.constantFrom('list -f -', 'tls check -f -', 'policy check -f -');
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...manifests),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.constantFrom('"', '[', '\t', '\n', ': ', '---\n', '0', '!!binary '),
      commands,
      async (manifest, where, broken, command) => {
        const at = Math.floor(where * manifest.length);
        const text = manifest.slice(0, at) + broken + manifest.slice(at);
        t.deepEqual((await printed(command, text)).objections, []);
      },
    ),
    { seed: 47, numRuns: 150 },
  );
});
