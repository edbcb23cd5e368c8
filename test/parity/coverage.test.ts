import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import type { Rule } from '../../core/policy.ts';
import { createJudge } from '../../wasm/judge.ts';
import { requestCases } from './cases/requests.ts';
import { cases } from './cases.ts';
import { findWith } from './engines/core.ts';
import { admitWith, rulesOf } from './engines/webhook.ts';
import { cellOf, engines, rows } from './table.ts';

const root = join(import.meta.dirname, '../..');
const rules = (JSON.parse(readFileSync(join(root, 'wasm/rules.json'), 'utf8')) as Rule[]).map(({ id }) => id);
const judge = createJudge();
const answers = cases.map(one => findWith(judge, one));
const refused = requestCases.map(one => rulesOf(admitWith(judge, one), 'denied'));

test('every rule has a row, and every row a rule', t => {
  t.deepEqual([...rows].toSorted(), rules);
});

test('a cell that knows less than all says why', t => {
  for (const rule of rules) {
    for (const engine of engines) {
      const { knows, why } = cellOf(rule, engine);
      t.is(why === undefined, knows === 'all', `${rule}, ${engine}`);
    }
  }
});

for (const rule of rules) {
  test(`there are cases that ${rule} denies, and cases that it allows`, t => {
    const found = answers.map(answer => answer.some(each => each.rule === rule));
    const denied = [...found, ...refused.map(all => all.includes(rule))];
    t.true(denied.includes(true));
    t.true(denied.includes(false));
  });
}

test('every reason that a rule has in its text is found in a case, and no other', t => {
  const found = answers.flat().flatMap(({ rule, details }) => {
    const { reason } = details as { reason?: string };
    return reason === undefined ? [] : [`${rule} ${reason}`];
  });
  t.deepEqual([...new Set(found)].toSorted(), rules.flatMap(reasonsOf).toSorted());
});

/** What looks like a reason in the Rego of a rule: words in capitals, but for words of Kubernetes. */
function reasonsOf(rule: string): string[] {
  const folder = join(root, 'policies/seinode/rules', rule.replaceAll('-', '_'));
  const files = globSync('*.rego', { cwd: folder }).filter(file => !file.endsWith('_test.rego'));
  const text = files
    .map(file => readFileSync(join(folder, file), 'utf8').replaceAll(/^#.*$/gm, ''))
    .join('\n');
  const words = [...text.matchAll(/"([A-Z][A-Za-z]+)"/g)].map(([, word]) => word as string);
  return [...new Set(words)].filter(word => !others.has(word)).map(word => `${rule} ${word}`);
}

const others = new Set([
  ...['Always', 'Exists', 'HTTPS', 'In', 'LoadBalancer', 'NAMES', 'NodePort', 'None', 'TCP'],
  ...['Pod', 'Secret', 'SeiNode', 'Service', 'StatefulSet'],
]);
