import test from 'ava';
import { markdownOf, rowsOf } from './table.ts';

const notes = [
  { who: 'plugin', fault: 'a torn list', injected: 2 },
  { who: 'operator', fault: 'killed', injected: 1 },
  { who: 'plugin', fault: 'a torn list', survived: 2 },
  { who: 'operator', fault: 'killed', survived: 1 },
  { who: 'operator', fault: 'killed', injected: 1 },
];

test('what was injected and not survived is lost, a row each for who met which fault', t => {
  const rows = rowsOf(`${notes.map(note => JSON.stringify(note)).join('\n')}\n`);
  t.deepEqual(rows, [
    { who: 'operator', fault: 'killed', injected: 2, survived: 1 },
    { who: 'plugin', fault: 'a torn list', injected: 2, survived: 2 },
  ]);
  t.is(
    markdownOf(rows).split('\n').slice(2).join('\n'),
    '| operator | killed | 2 | 1 | 1 |\n| plugin | a torn list | 2 | 2 | 0 |\n| **all** |  | 4 | 3 | 1 |',
  );
});
