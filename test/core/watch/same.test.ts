import test from 'ava';
import fc from 'fast-check';
import { isSameJSON } from '../../../core/watch/same.ts';

test('a value is the same as what its own text says, with its keys in another order as well', t => {
  fc.assert(
    fc.property(fc.jsonValue(), value => {
      const copy = JSON.parse(JSON.stringify(value));
      t.is(isSameJSON(copy, reversed(copy)), !JSON.stringify(copy).includes('"__proto__":'));
    }),
    { seed: 53 },
  );
});

test('two values are the same where their texts are', t => {
  // Values of few letters, so that many are alike.
  const few = fc.letrec(tie => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom(null, 0, 1, '', 'a', true, [], {}),
      fc.array(tie('value'), { maxLength: 2 }),
      fc.dictionary(fc.constantFrom('a', 'b', '__proto__', '0'), tie('value'), { maxKeys: 2 }),
    ),
  })).value;
  fc.assert(
    fc.property(few, few, (one, other) => {
      const [a, b] = [one, other].map(value => JSON.parse(JSON.stringify(value)));
      const [text, expected] = [a, b].map(value => JSON.stringify(sorted(value)));
      t.is(isSameJSON(a, b), text === expected && !text?.includes('__proto__'));
    }),
    { seed: 53, numRuns: 2000 },
  );
});

test('what is nested too deep is never the same, and ends nobody', t => {
  const deep = (depth: number) => JSON.parse('['.repeat(depth) + ']'.repeat(depth));
  t.true(isSameJSON(deep(900), deep(900)));
  t.false(isSameJSON(deep(100_000), deep(100_000)));
});

test('a key that every object answers to does not make one the same as another', t => {
  t.false(isSameJSON(JSON.parse('{"__proto__": {}}'), { other: 1 }));
  t.false(isSameJSON({ toString: null }, { other: 1 }));
});

function reversed(value: unknown): unknown {
  return rebuilt(value, entries => entries.toReversed());
}

function sorted(value: unknown): unknown {
  return rebuilt(value, entries => entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function rebuilt(value: unknown, order: (entries: [string, unknown][]) => [string, unknown][]): unknown {
  if (Array.isArray(value)) return value.map(item => rebuilt(item, order));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(order(Object.entries(value)).map(([key, inner]) => [key, rebuilt(inner, order)]));
}
