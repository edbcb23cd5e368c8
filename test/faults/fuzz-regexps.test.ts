import { readFileSync } from 'node:fs';
import test from 'ava';
import { parseLabelSelector } from '../../core/selector.ts';
import { goDuration } from '../../sidecar/go-duration.ts';
import { taskKinds } from '../../sidecar/tasks/tasks.ts';
import { holdUp } from './fuzz/hold-up.ts';
import { patternsIn, regexpsOfRooms } from './fuzz/regexps.ts';
import { survives, type Who } from './matrix.ts';

const all = regexpsOfRooms();
const rooms: readonly (readonly [who: Who, room: RegExp])[] = [
  ['plugin and operator', /^(core|cluster|wasm)\//],
  ['plugin', /^plugin\//],
  ['operator', /^operator\//],
  ['sidecar', /^sidecar\//],
];

for (const [who, room] of rooms) {
  test(`no text holds up a regular expression of ${room.source}`, async t => {
    const found = all.filter(([where]) => room.test(where));
    t.true(found.length > 5);
    const fault = 'a text on which a regular expression would be busy for hours';
    await survives(
      { who, fault },
      () => {
        const slow = found.flatMap(([where, regexp]) => {
          const text = holdUp(regexp);
          return text === undefined ? [] : [`${where} on ${JSON.stringify(text)}`];
        });
        t.deepEqual(slow, []);
      },
      found.length,
    );
  });
}

test('nor one of a schema', t => {
  const schema = JSON.parse(readFileSync('core/schema/seinode.json', 'utf8'));
  const patterns = patternsIn([schema, Object.values(taskKinds).map(({ params }) => params)]);
  t.true(patterns.length > 3);
  t.deepEqual(
    patterns.filter(pattern => holdUp(pattern) !== undefined),
    [],
  );
});

const many = 1_000_000;
for (const [what, read] of [
  ['a duration', () => goDuration('1'.repeat(many))],
  ['a duration of many parts', () => goDuration(`${'1m'.repeat(many)}x`)],
  ['a label selector of commas', () => parseLabelSelector(','.repeat(many))],
  ['a label selector of parentheses', () => parseLabelSelector('(,'.repeat(many / 2))],
  ['a list of values with gaps', () => parseLabelSelector(`a in (b${',    '.repeat(many / 5)}!)`)],
] as const) {
  test(`a megabyte for ${what} is done with at once`, t => {
    const begun = process.threadCpuUsage().user;
    t.notThrows(read);
    t.true(process.threadCpuUsage().user - begun < 2_000_000);
  });
}

// What the text of a search must itself not be: else all of the above would say nothing.
for (const regexp of [/(a+)+$/, /\/+$/, /\d+\.?\d*s/g, /^(a|a)*$/]) {
  test(`${regexp} is held up`, t => {
    t.is(typeof holdUp(regexp, 1_000), 'string');
  });
}
