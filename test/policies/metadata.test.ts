import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import type { Rule, Violation } from '../../core/policy.ts';
import { evaluate, testWithOPA } from './opa.ts';

const root = join(import.meta.dirname, '../..');
const rules: readonly Rule[] = JSON.parse(readFileSync(join(root, 'wasm/rules.json'), 'utf8'));
const folders = readdirSync(join(root, 'policies/seinode/rules'));

test('a rule is named as its folder, with dashes', t => {
  t.deepEqual(
    rules.map(({ id }) => id),
    folders.map(folder => folder.replaceAll('_', '-')).toSorted(),
  );
});

for (const { id, docs, title, description, example, fix } of rules) {
  test(`${id} has its page, which names it and its title`, t => {
    const page = join(root, 'docs/rules', `${id}.md`);
    t.true(existsSync(page));
    t.true(docs.endsWith(`/docs/rules/${id}.md`));
    t.true(readFileSync(page, 'utf8').startsWith(`# ${id}: ${title}\n`));
  });

  test(`${id} says what it is, why, and what to do, with an example`, t => {
    for (const text of [title, description, example, fix]) {
      t.not(text.trim(), '');
    }
  });

  test(`${id} is tested beside the rule`, t => {
    const folder = id.replaceAll('-', '_');
    t.true(existsSync(join(root, 'policies/seinode/rules', folder, `${folder}_test.rego`)));
  });
}

// A violation of unknown-field is worse than its rule where the field promises to retain a volume, and one of
// listener-split less where nothing is opened by it.
const violating = `[v |
  importer := {"metadata": {"namespace": "arctic", "name": "n0"}, "spec": {"archive": {}, "dataVolume": {"import": {"pvcName": "data"}}}}
  some given in [
    data.seinode.fixtures_test.with_certificate(data.seinode.fixtures_test.certificates.cn_only),
    {"now": "2026-06-01T00:00:00Z", "node": data.seinode.fixtures_test.node("n0")},
    {"node": {}, "before": data.seinode.fixtures_test.node("n0"), "unknownFields": ["spec.genesis"]},
    {"node": object.union(importer, {"metadata": {"name": "n1"}}), "others": [importer]},
    {"node": {"metadata": {"name": "n0"}, "spec": {"fullNode": {}}}, "pod": {"metadata": {"labels": {"sei.io/node": "n1", "sei.io/role": "node"}}, "spec": {"hostPID": true}}},
    data.seinode.netpol.fixtures_test.with_policies([]),
    data.seinode.netpol.fixtures_test.with_ingress([data.seinode.netpol.fixtures_test.good[0]]),
  ]
  some v in data.seinode.violations with input as given
]`;

testWithOPA('violations carry the id, severity and page that METADATA says', t => {
  const seen = evaluate<Violation[]>(violating).map(({ rule, severity, docs }) => ({ rule, severity, docs }));
  const said = rules.map(({ id, severity, docs }) => ({ rule: id, severity, docs }));
  t.deepEqual(
    seen.toSorted((a, b) => (a.rule < b.rule ? -1 : 1)),
    said,
  );
});
