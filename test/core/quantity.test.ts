import test from 'ava';
import fc from 'fast-check';
import { canonicalQuantity, parseQuantity } from '../../core/quantity.ts';

/** As kube-apiserver gives them back; test/integration asks it. */
const canonical = [
  ['2000Gi', '2000Gi'],
  ['2048Gi', '2Ti'],
  ['40Ti', '40Ti'],
  ['1.5Gi', '1536Mi'],
  ['0.5Gi', '512Mi'],
  ['1023', '1023'],
  ['0.5Ki', '512'],
  ['0.1Ki', '102400m'],
  ['1.1Ki', '1126400m'],
  ['4', '4'],
  ['0.5', '500m'],
  ['1000m', '1'],
  ['1500m', '1500m'],
  ['.25', '250m'],
  ['5.', '5'],
  ['+1', '1'],
  ['-2000m', '-2'],
  ['1000', '1k'],
  ['1e3', '1e3'],
  ['1E3', '1e3'],
  ['5e2', '500'],
  ['1E', '1E'],
  ['0.1n', '1n'],
  ['0Gi', '0'],
  ['007', '7'],
] as const;

for (const [written, expected] of canonical) {
  test(`${written} is given back as ${expected}`, t => t.is(canonicalQuantity(written), expected));
}

test('a bare number is an amount', t => t.is(canonicalQuantity(2), '2'));

for (const text of ['', '.', 'Gi', '4 Gi', '4gi', '1e', '1e1.5', '0x10', '1,5', '٣', 'Infinity', '9.3E']) {
  test(`"${text}" is no amount and left as it is`, t => {
    t.is(parseQuantity(text), undefined);
    t.is(canonicalQuantity(text), text);
  });
}

const amount = fc.stringMatching(/^[+-]?[0-9]{1,4}(\.[0-9]{0,11})?([KMGTP]i|[numkMGT]|[eE][+-]?[0-9])?$/);
const seeded = { seed: 5, numRuns: 2000 };

test('the canonical form is the same amount, and its own canonical form', t => {
  fc.assert(
    fc.property(amount, text => {
      const once = canonicalQuantity(text);
      t.is(parseQuantity(once)?.nano, parseQuantity(text)?.nano, text);
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
