import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { initPlan } from '../../core/plan/build.ts';
import { blocks } from '../../core/plan/spec-faults.ts';
import type { Fields } from '../../core/schema/structural.ts';
import { planID } from '../core/plan/nodes.ts';
import { editsOf, lastSpec, specOf } from './edits.ts';
import { specFields } from './fields.ts';
import { faultsOf, madeOf, seiNodeOf } from './made.ts';
import { type Row, rows } from './rows.ts';

test('every field of spec has its edits, or a reason why it has none', t => {
  t.deepEqual(Object.keys(rows).toSorted(), specFields.toSorted());
});

const said = {
  now: 'at once: it is rolled out',
  update: 'with the next image update',
  anew: 'when the node is made anew',
  nothing: 'never',
  refused: 'refused',
};
test('docs/spec/edits.md says of each field when a change of it takes effect', t => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/spec/edits.md'), 'utf8');
  const told = Object.entries(rows).map(([path, row]) => {
    const name = path.replaceAll('[]', '\\[\\]');
    return `| ${name} | ${'base' in row ? said[row.takes] : '–'} |`;
  });
  t.deepEqual(page.match(/^\| [a-z]\S+ \| (?!a change).+ \|$/gm), told);
});

const made = (spec: Fields) => madeOf(seiNodeOf(spec));
const results = { bucket: 'b', region: 'r', prefix: 'p/' };
const planned = (spec: Fields) => initPlan(seiNodeOf(spec), planID, { results }).tasks;
const withEdits = Object.entries(rows).filter((entry): entry is [string, Row] => 'base' in entry[1]);

for (const [path, row] of withEdits) {
  const edits = editsOf(path, row);
  const [first, last] = [specOf(path, row, row.values[0]), lastSpec(path, row)];

  test(`${path}: ${edits.length} edits are what they are said to be`, t => {
    t.deepEqual(
      faultsOf(first).filter(fault => blocks(fault, 'init')),
      [],
      'the first value is served',
    );
    t.deepEqual(
      faultsOf(last).filter(fault => blocks(fault, 'init')),
      [],
      'so is the last',
    );
    let before = first;
    for (const { what, spec, comes } of edits) {
      if (comes === 'equal') {
        t.deepEqual(made(spec), made(before), what);
        t.deepEqual(planned(spec), planned(before), what);
      }
      if (comes === 'told') t.not(faultsOf(spec).length, 0, what);
      if (comes !== 'refused') before = spec;
    }
  });

  test(`${path}: a change of it takes effect ${row.takes}`, t => {
    const isMadeOtherwise = JSON.stringify(made(last)) !== JSON.stringify(made(first));
    const isPlannedOtherwise = JSON.stringify(planned(last)) !== JSON.stringify(planned(first));
    t.is(isMadeOtherwise, row.takes === 'now' || row.takes === 'update');
    if (row.takes === 'anew') t.true(isPlannedOtherwise);
    if (row.takes === 'nothing') t.false(isPlannedOtherwise);
  });
}
