import test from 'ava';
import fc from 'fast-check';
import { shareWith } from '../../../core/watch/share.ts';

const parsed = (value: unknown) => JSON.parse(JSON.stringify(value));
// Values of few letters, so that many are alike.
const { value: few } = fc.letrec(tie => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, 0, 1, '', 'a', 'a text of more than ten letters', true, [], {}),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', '__proto__', 'constructor', '0'), tie('value'), { maxKeys: 3 }),
  ),
}));

test('whatever it is like, a value says what it said, and so does what it takes from', t => {
  fc.assert(
    fc.property(few, few, (one, other) => {
      const [value, known] = [parsed(one), parsed(other)];
      t.deepEqual(JSON.stringify(sorted(shareWith(value, known))), JSON.stringify(sorted(parsed(one))));
      t.is(JSON.stringify(known), JSON.stringify(parsed(other)));
    }),
    { seed: 61, numRuns: 5000 },
  );
});

test('what says the same as what is known is what is known, unless a key is __proto__', t => {
  fc.assert(
    fc.property(few, value => {
      const [one, known] = [parsed(value), parsed(value)];
      t.is(shareWith(one, known) === known, !JSON.stringify(known).includes('"__proto__":'));
    }),
    { seed: 61 },
  );
});

test('of two that differ, the parts that do not are there once', t => {
  const pod = (name: string, image: string) => ({
    metadata: { name, labels: { 'sei.io/chain': 'arctic-1' } },
    spec: {
      containers: [
        { image, env: [{ name: 'A' }] },
        { image: 'exporter', ports: [{ containerPort: 1 }] },
      ],
    },
  });
  const [known, value] = [pod('n0', 'sei:v1'), pod('n1', 'sei:v2')];
  t.is(shareWith(value, known), value);
  t.deepEqual(value, pod('n1', 'sei:v2'));
  t.is(value.metadata.labels, known.metadata.labels);
  t.is(value.spec.containers[1], known.spec.containers[1]);
  t.is(value.spec.containers[0]!.env, known.spec.containers[0]!.env);
});

test('less or more of the same is another thing', t => {
  for (const [one, other] of [
    [{ a: {} }, { a: {}, b: 1 }],
    [
      [1, 2],
      [1, 2, 3],
    ],
    [[], {}],
    [{ '0': 'a' }, ['a']],
    [null, {}],
  ]) {
    t.is(shareWith(one, other), one);
    t.is(shareWith(other, one), other);
  }
});

test('what every object answers to is not taken for a part of it', t => {
  const value = JSON.parse('{"__proto__": {}, "toString": {}}');
  shareWith(value, {});
  t.not(Object.getOwnPropertyDescriptor(value, '__proto__')?.value, Object.prototype);
  t.is(JSON.stringify(value), '{"__proto__":{},"toString":{}}');
});

test('what is nested too deep is left as it is, and ends nobody', t => {
  const deep = (depth: number) => JSON.parse('['.repeat(depth) + ']'.repeat(depth));
  const [value, known] = [deep(100_000), deep(100_000)];
  t.is(shareWith(value, known), value);
});

/** In the order of keys alone two may differ and say the same. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}
