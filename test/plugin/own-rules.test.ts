import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { opa, opaBinary, testWithOPA } from '../policies/opa.ts';
import { examples, invoke } from './terminal.ts';

const root = join(import.meta.dirname, '../..');
const directory = mkdtempSync(join(tmpdir(), 'own-rules-'));
test.after.always(() => rmSync(directory, { recursive: true }));

const fleet = `-f ${examples}/good-ec.yaml -f ${examples}/network.yaml`;
const check = (bundle: string, rest = '') => invoke(`policy check ${fleet} --bundle ${bundle} ${rest}`);

/** As the page says it: `opa build -t wasm`. @returns the bundle. */
function built(name: string, rego: string, data = '{}'): string {
  const source = join(directory, name);
  mkdirSync(source);
  writeFileSync(join(source, 'rules.rego'), rego);
  writeFileSync(join(source, 'data.json'), data);
  return compiled(source, `${source}.tar.gz`);
}

function compiled(source: string, bundle: string, ...options: readonly string[]): string {
  const asked = ['-t', 'wasm', '-e', 'seinode/violations', '--ignore', '*_test.rego', ...options];
  execFileSync(opaBinary(), ['build', ...asked, '-o', bundle, source], { stdio: 'pipe' });
  return bundle;
}

const violation = {
  rule: 'own',
  severity: 'warning',
  field: 'spec.image',
  message: 'is wrong',
  fix: 'Mend it.',
};
const saying = (found: unknown) => `package seinode\nviolations contains ${JSON.stringify(found)}\n`;

testWithOPA('the rule of the example is tested by OPA, and is asked beside ours, packed or not', async t => {
  const { ok, stderr, stdout } = opa('test', 'examples/own-rule');
  t.true(ok, stdout + stderr);
  const bundle = compiled(join(root, 'examples/own-rule'), join(directory, 'team.tar.gz'));
  const unpacked = join(directory, 'team');
  mkdirSync(unpacked);
  execFileSync('tar', ['-xzf', bundle, '-C', unpacked], { stdio: 'pipe' });
  for (const each of [bundle, unpacked]) {
    const { code, out, err } = await check(each, '-o json');
    t.is(code, 1, err);
    const { findings, summary } = JSON.parse(out);
    t.deepEqual(summary.byRule, { 'team-label': 1 });
    t.like(findings[0], {
      ...{ rule: 'team-label', severity: 'error', field: 'spec.podLabels', details: {}, docs: '' },
      message: 'spec.podLabels has no team, one of rpc, validators',
    });
  }
});

testWithOPA('ours are asked all the same, and one of theirs with the name of ours is not heard', async t => {
  const bundle = built('named', saying({ ...violation, rule: 'tls-secret' }));
  const { out } = await invoke(`policy check -f ${examples} --bundle ${bundle} -o json`);
  t.deepEqual(JSON.parse(out), JSON.parse((await invoke(`policy check -f ${examples} -o json`)).out));
});

testWithOPA('a rule in the exported tree is compiled with it', async t => {
  const tree = join(directory, 'tree');
  t.is((await invoke(`policy export --format rego --output-dir ${tree}`)).code, 0);
  const folder = join(tree, 'seinode/rules/own');
  mkdirSync(folder);
  writeFileSync(join(folder, 'own.rego'), saying(violation).replace('seinode', 'seinode.rules.own'));
  const bundle = compiled(tree, join(directory, 'tree.tar.gz'), '--bundle', '--prune-unused');
  t.deepEqual(JSON.parse((await check(bundle, '-o json')).out).summary.byRule, { own: 1 });
});

testWithOPA('every format tells of such a rule', async t => {
  const bundle = built('formats', saying({ ...violation, message: 'a \u001b[31mred\u001b[0m word' }));
  for (const format of ['table', 'wide', 'junit', 'github', 'sarif']) {
    const { out, err } = await check(bundle, `-o ${format}`);
    t.true((out + err).includes('own'), format);
    t.false(out.includes('\u001b'), format);
  }
  const { tool, results } = JSON.parse((await check(bundle, '-o sarif')).out).runs[0];
  const rule = tool.driver.rules[results[0].ruleIndex];
  t.like(rule, { id: 'own', helpUri: undefined });
});

for (const [what, found, said] of [
  [
    'of another severity',
    { ...violation, severity: 'fatal' },
    'a violation of own has another severity than error, warning, info',
  ],
  ['without a fix', { ...violation, fix: undefined }, 'a violation of seinode/violations has no text in fix'],
  [
    'with a field that is no text',
    { ...violation, field: 7 },
    'a violation of seinode/violations has no text in field',
  ],
  ['that is a text', 'bad', 'a violation of seinode/violations is no object'],
  [
    'with a name of spaces',
    { ...violation, rule: 'my rule' },
    'the rule of a violation is not made of a-z, 0-9 and dashes',
  ],
  [
    'with details that are a list',
    { ...violation, details: [] },
    'a violation of own has details that are no object, or docs that are no text',
  ],
] as const) {
  testWithOPA(`a violation ${what} is said, and what was found is not taken for the whole`, async t => {
    const { code, err } = await check(built(what.replaceAll(' ', '-'), saying(found)));
    t.is(code, 3);
    t.regex(err, new RegExp(`SeiNode arctic/good-ec: --bundle: ${said}`));
  });
}

testWithOPA('rules ask nobody: a builtin that is not there is said by its name', async t => {
  const rego = `package seinode\nviolations contains ${JSON.stringify(violation)} if http.send({"url": input.node.spec.image})\n`;
  const { code, err } = await check(built('asking', rego));
  t.is(code, 3);
  t.regex(err, /the builtin http.send is not there: rules ask nobody, and read no clock but input.now/);
});

testWithOPA('a bundle with another entrypoint says with which it is built', async t => {
  const source = join(directory, 'other');
  mkdirSync(source);
  writeFileSync(join(source, 'r.rego'), 'package other\nviolations contains 1\n');
  const bundle = `${source}.tar.gz`;
  execFileSync(opaBinary(), ['build', '-t', 'wasm', '-e', 'other/violations', '-o', bundle, source]);
  const { code, err } = await check(bundle);
  t.is(code, 3);
  t.regex(
    err,
    /has no entrypoint seinode\/violations: compile it with opa build -t wasm -e seinode\/violations/,
  );
});

for (const [what, files, said] of [
  ['there is none', {}, /does not exist/],
  [
    'only Rego is there',
    { 'a.rego': 'package seinode' },
    /holds no policy.wasm: compile the rules with opa build -t wasm/,
  ],
  ['the wasm is none', { 'policy.wasm': 'no wasm' }, /is no policy that OPA compiled to wasm/],
  ['the data is none', { 'policy.wasm': '', 'data.json': '{' }, /has a data.json that is no JSON object/],
] as const) {
  test(`where ${what} that is said before anything is read`, async t => {
    const path = join(directory, what.replaceAll(' ', '-'));
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path, { recursive: true });
      writeFileSync(join(path, name), text);
    }
    const { code, out, err } = await check(path);
    t.is(code, 3);
    t.is(out, '');
    t.regex(err, said);
  });
}

test('a file that is no tar.gz is said to be none', async t => {
  const { code, err } = await check(`${examples}/good-ec.yaml`);
  t.is(code, 3);
  t.regex(err, /good-ec.yaml: is no tar.gz that can be read \(TAR_/);
});
