import test from 'ava';
import fc from 'fast-check';
import { canonicalQuantity, parseQuantity } from '../../core/quantity.ts';
import { amounts } from './amounts.ts';

for (const [written, expected] of amounts) {
  test(`${written} is written ${expected}`, t => t.is(canonicalQuantity(written), expected));
}

test('an amount below zero keeps its sign', t => {
  t.is(canonicalQuantity('-2000m'), '-2');
  t.is(canonicalQuantity('-1.0001'), '-1001m');
});

test('a bare number is an amount', t => t.is(canonicalQuantity(2), '2'));

for (const text of ['', '.', 'Gi', '4 Gi', '4gi', '1e', '1e1.5', '0x10', '1,5', '٣', 'Infinity', '9.3E']) {
  test(`"${text}" is no amount and left as it is`, t => {
    t.is(parseQuantity(text), undefined);
    t.is(canonicalQuantity(text), text);
  });
}

const amount = fc.stringMatching(/^[+-]?[0-9]{1,4}(\.[0-9]{0,11})?([KMGTP]i|[numkMGT]|[eE][+-]?[0-9])?$/);
const seeded = { seed: 5, numRuns: 2000 };

test('the canonical form is the same amount up to a thousandth, never less, and its own canonical form', t => {
  fc.assert(
    fc.property(amount, text => {
      const once = canonicalQuantity(text);
      const [nano = 0n, rounded = 0n] = [text, once].map(text => parseQuantity(text)?.nano);
      const added = nano < 0n ? nano - rounded : rounded - nano;
      t.true(added >= 0n && added < 1_000_000n, text);
      t.is(canonicalQuantity(once), once, text);
    }),
    seeded,
  );
  t.pass();
});

test('reading is total', t => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), text => {
      t.notThrows(() => canonicalQuantity(text));
    }),
    seeded,
  );
  t.pass();
});
