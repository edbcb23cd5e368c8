import { stripVTControlCharacters, styleText } from 'node:util';
import test from 'ava';
import fc from 'fast-check';
import stringWidth from 'string-width';
import { type Cell, table } from '../../../plugin/output/table.ts';

const rows = [
  ['NAME', 'READY/REASON', 'EXPIRES', 'AGE'],
  ['n0', 'SANsMismatch', '29y', '3d'],
  ['node-with-a-name', 'Ready', '324d ago', '-'],
];

const shows = test.macro({
  exec(t, foldAt: number | undefined, text: string) {
    t.is(table(rows, foldAt), text);
  },
  title: (_, foldAt) => `a table ${foldAt === undefined ? 'in a pipe' : `on ${foldAt} columns`}`,
});

const whole = `NAME               READY/REASON   EXPIRES    AGE
n0                 SANsMismatch   29y        3d
node-with-a-name   Ready          324d ago   -
`;

test(shows, undefined, whole);
test(shows, 48, whole);
test(
  shows,
  47,
  `NAME              READY/REASON  EXPIRES   AGE
n0                SANsMismatch  29y       3d
node-with-a-name  Ready         324d ago  -
`,
);
test(
  shows,
  44,
  `NAME              READY/REASON  EXPIRES
    AGE
n0                SANsMismatch  29y
    3d
node-with-a-name  Ready         324d ago
    -
`,
);
test(
  shows,
  10,
  `NAME
    READY/REASON
    EXPIRES
    AGE
n0
    SANsMismatch
    29y
    3d
node-with-a-name
    Ready
    324d ago
    -
`,
);

test('nothing is lost when a table folds, and no line is wider than the screen but for a cell that is', t => {
  const cell = fc.string({ unit: fc.constantFrom('a', 'é', '日', '😀', '-'), maxLength: 12 });
  const grids = fc.integer({ min: 1, max: 6 }).chain(columns => {
    return fc.array(fc.array(cell, { minLength: columns, maxLength: columns }), {
      minLength: 1,
      maxLength: 5,
    });
  });
  fc.assert(
    fc.property(grids, fc.integer({ min: 1, max: 60 }), (grid, foldAt) => {
      const text = table(grid, foldAt);
      t.deepEqual(
        text.match(/\S+/gu) ?? [],
        grid.flat().filter(word => word !== ''),
      );
      for (const line of text.split('\n')) {
        t.true(stringWidth(line) <= foldAt || !line.trim().includes(' '), line);
      }
    }),
    { seed: 50 },
  );
});

test('colour changes no width', t => {
  const red: Cell = { text: 'Expired', paint: text => styleText('red', text, { validateStream: false }) };
  const painted = table(
    [
      ['a', red, 'b'],
      ['c', 'Ready', 'd'],
    ],
    10,
  );
  t.is(
    stripVTControlCharacters(painted),
    table(
      [
        ['a', 'Expired', 'b'],
        ['c', 'Ready', 'd'],
      ],
      10,
    ),
  );
  t.true(painted.includes('\u001b[31mExpired\u001b[39m'));
});
