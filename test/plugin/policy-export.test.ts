import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { parse, parseAllDocuments } from 'yaml';
import { defaultParameters } from '../../core/network/network-policy.ts';
import { readPolicies } from '../../plugin/policies.ts';
import { evaluate, opaBinary, testWithOPA } from '../policies/opa.ts';
import { invoke } from './terminal.ts';

const root = join(import.meta.dirname, '../..');
const directory = mkdtempSync(join(tmpdir(), 'export-'));
test.after.always(() => rmSync(directory, { recursive: true }));

// biome-ignore lint/suspicious/noExplicitAny: manifests as they are written
const documents = (text: string): any[] => parseAllDocuments(text).map(each => each.toJS());

/** Through a pipe, as people do. */
function exported(...args: readonly string[]) {
  return spawnSync('node', ['plugin/main.ts', 'policy', 'export', ...args], { cwd: root });
}

test('the Gatekeeper stream has templates, then what is synced, then constraints; nothing that reads Secrets', async t => {
  const { code, out, err } = await invoke('policy export --format gatekeeper');
  t.is(code, 0);
  t.regex(err, /^Apply this twice: /);
  const kinds = documents(out).map(({ apiVersion, kind }) => `${apiVersion.split('/')[0]} ${kind}`);
  const templates = kinds.filter(kind => kind === 'templates.gatekeeper.sh ConstraintTemplate');
  t.deepEqual(kinds.slice(0, templates.length + 1), [...templates, 'syncset.gatekeeper.sh SyncSet']);
  const constraints = kinds.slice(templates.length + 1);
  t.is(constraints.length, templates.length);
  t.true(constraints.every(kind => kind.startsWith('constraints.gatekeeper.sh SeiNode')));
  t.false(/SeiNodeTls(Secret|Sans)|kind: Secret$/m.test(out));
});

test('--parameters fills in the constraints that ask who may connect', async t => {
  const file = join(directory, 'parameters.yaml');
  const monitoring = { namespaceSelector: { matchLabels: { team: 'metrics' } } };
  const document = { apiVersion: 'seinode.sei.io/v1', kind: 'PolicyParameters' };
  writeFileSync(file, JSON.stringify({ ...document, monitoring }));
  const { code, out } = await invoke(['policy', 'export', '--format', 'gatekeeper', '--parameters', file]);
  t.is(code, 0);
  const constraints = documents(out).filter(({ kind }) => kind !== 'ConstraintTemplate');
  const filled = constraints.filter(({ spec: { parameters } }) => parameters !== undefined);
  t.deepEqual(filled.map(({ metadata }) => metadata.name).toSorted(), [
    'netpol-blocked',
    'netpol-public-port',
    'netpol-tasks-port',
  ]);
  for (const { spec } of filled)
    t.deepEqual(spec.parameters, { ...document, ...defaultParameters, monitoring });
});

test('parameters that do not parse, or are for another engine, are said and nothing is written', async t => {
  const file = join(directory, 'broken.yaml');
  writeFileSync(file, 'kind: PolicyParameters\n');
  const broken = await invoke(['policy', 'export', '--format', 'gatekeeper', '--parameters', file]);
  t.like(broken, { code: 3, out: '' });
  const other = await invoke(['policy', 'export', '--format', 'rego', '--parameters', file]);
  t.like(other, { code: 2, out: '' });
  t.regex(other.err, /^error: --parameters is for --format gatekeeper/);
});

test('the stream for CEL has every policy with its binding', async t => {
  const { code, out, err } = await invoke('policy export --format vap');
  t.like({ code, err }, { code: 0, err: '' });
  const kinds = documents(out).map(({ kind }) => kind);
  const policies = readdirSync(join(root, 'policies/vap')).length;
  t.is(kinds.filter(kind => kind === 'ValidatingAdmissionPolicy').length, policies);
  t.is(kinds.filter(kind => kind === 'ValidatingAdmissionPolicyBinding').length, policies);
});

test('a directory gets every file of the bundle, its suites and samples too, and has to be new', async t => {
  const to = join(directory, 'gatekeeper');
  t.like(await invoke(['policy', 'export', '--format', 'gatekeeper', '--output-dir', to]), {
    code: 0,
    out: '',
    err: '',
  });
  for (const [path, text] of readPolicies()) {
    if (!path.startsWith('gatekeeper/')) continue;
    t.is(readFileSync(join(directory, path), 'utf8'), text);
  }
  t.true(existsSync(join(to, 'secrets/suite.yaml')));
  const again = await invoke(['policy', 'export', '--format', 'gatekeeper', '--output-dir', to]);
  t.like(again, { code: 3, out: '' });
  t.regex(again.err, /name a new directory$/m);
});

test('a bundle is not written to a terminal', async t => {
  const { code, out, err } = await invoke('policy export --format rego');
  t.like({ code, out }, { code: 2, out: '' });
  t.regex(err, /^error: an OPA bundle is no text for a terminal: write > bundle\.tar\.gz/);
});

testWithOPA(
  'OPA loads the bundle and says by it what it says by the rules; it is the same bytes each time',
  t => {
    const [first, second] = [exported('--format', 'rego'), exported('--format', 'rego')];
    t.is(first.status, 0, first.stderr.toString());
    t.true(first.stdout.equals(second.stdout));
    const [bundle, input] = [join(directory, 'bundle.tar.gz'), join(directory, 'input.json')];
    writeFileSync(bundle, first.stdout);
    const node = { metadata: { name: 'n0', namespace: 'arctic' }, spec: { fullNode: {}, archive: {} } };
    writeFileSync(input, JSON.stringify({ now: '2026-06-01T00:00:00Z', node }));
    const args = ['eval', '--format', 'json', '-b', bundle, '-i', input, 'data.seinode.violations'];
    const { stdout, stderr } = spawnSync(opaBinary(), args, { encoding: 'utf8' });
    t.is(stderr, '');
    const said = JSON.parse(stdout).result[0].expressions[0].value;
    t.deepEqual(said, evaluate('data.seinode.violations', '-i', input));
    t.is(said.length, 1);
  },
);

test('a directory is a bundle as well', async t => {
  const to = join(directory, 'rego');
  t.is((await invoke(['policy', 'export', '--format', 'rego', '--output-dir', to])).code, 0);
  t.deepEqual(parse(readFileSync(join(to, '.manifest'), 'utf8')), { roots: ['seinode'], rego_version: 1 });
  t.true(existsSync(join(to, 'seinode/seinode.rego')));
  t.false(existsSync(join(to, 'seinode/seinode_test.rego')));
});

test('without --format it says which there are', async t => {
  const { code, err } = await invoke('policy export --format opa');
  t.is(code, 2);
  t.regex(err, /--format cannot be "opa"; it is one of "gatekeeper", "vap", "rego"/);
});
