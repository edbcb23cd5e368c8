import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { parse } from 'yaml';
import type { Rule } from '../../core/policy.ts';
import { findGator, oldestGatekeeper } from '../../scripts/gator.ts';
import { requires } from '../requires.ts';

type Case = {
  readonly name: string;
  readonly object: string;
  readonly assertions: readonly { readonly violations: number | string }[];
};

const root = join(import.meta.dirname, '../..');
const bundle = join(root, 'policies/gatekeeper');
const rules: readonly Rule[] = JSON.parse(readFileSync(join(root, 'wasm/rules.json'), 'utf8'));
const suites = ['suite.yaml', 'secrets/suite.yaml'].map(file =>
  parse(readFileSync(join(bundle, file), 'utf8')),
);
const tests: readonly { name: string; cases: readonly Case[] }[] = suites.flatMap(({ tests }) => tests);

for (const [name, version] of [
  ['gator', undefined],
  [`gator of Gatekeeper ${oldestGatekeeper.version}, the oldest that is named`, oldestGatekeeper.version],
] as const) {
  const gator = findGator(version);
  requires(`${name}, or Go to build it`, gator !== undefined)(`${name} verifies the suites`, t => {
    const { status, stdout, stderr } = spawnSync(gator as string, ['verify', `${bundle}/...`], {
      encoding: 'utf8',
    });
    t.is(status, 0, stdout + stderr);
    t.regex(stdout, /ok\t.*\/secrets\/suite\.yaml.*\nok\t.*\/gatekeeper\/suite\.yaml/);
  });
}

const gator = findGator();
requires('gator, or Go to build it', gator !== undefined)('what the templates read is synced', t => {
  for (const files of [
    [`${bundle}/templates`, `${bundle}/sync.yaml`],
    [`${bundle}/secrets/templates`, `${bundle}/secrets/sync.yaml`],
  ]) {
    const args = ['sync', 'test', '--force-omit-gvk-manifest', ...files.flatMap(file => ['-n', file])];
    const { status, stderr, stdout } = spawnSync(gator as string, args, { encoding: 'utf8' });
    t.is(status, 0, stdout + stderr);
  }
});

test('kubectl apply has room for what it keeps of a template', t => {
  for (const file of globSync('{.,secrets}/templates/*.yaml', { cwd: bundle })) {
    const template = parse(readFileSync(join(bundle, file), 'utf8'));
    // Annotations may be 256 KiB long, all together.
    t.true(JSON.stringify(template).length < 200_000, file);
  }
});

test('every rule is in a suite but the one about what never reaches Gatekeeper', t => {
  const judged = rules.map(({ id }) => id).filter(id => id !== 'unknown-field');
  t.deepEqual(tests.map(({ name }) => name).toSorted(), judged.toSorted());
});

for (const { name, cases } of tests) {
  test(`${name} has samples that are denied and samples that are allowed`, t => {
    const denied = cases.filter(({ assertions: [first] }) => first?.violations === 1);
    t.true(denied.length >= 2);
    t.true(cases.length - denied.length >= 1);
    t.is(new Set(cases.map(({ object }) => object)).size, cases.length);
  });
}

test('every rule that judges edits has one with oldObject', t => {
  const edited = tests.filter(({ name }) => {
    const folder = join(bundle, 'samples', name);
    return globSync('*.yaml', { cwd: folder }).some(file =>
      readFileSync(join(folder, file), 'utf8').includes('oldObject:'),
    );
  });
  t.deepEqual(
    tests.map(({ name }) => name).filter(name => !edited.some(each => each.name === name)),
    ['tls-sans', 'tls-secret'],
  );
});
