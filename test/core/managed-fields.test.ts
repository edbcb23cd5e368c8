import test from 'ava';
import fc from 'fast-check';
import { withoutManagedFields } from '../../core/managed-fields.ts';

const emptied = (text: string) => withoutManagedFields(Buffer.from(text));

const manager = { manager: 'kubectl "x" \\', fieldsV1: { 'k:{"port":[8443]}': { '.': {} }, 'v:"]"': {} } };
const object = (managedFields: unknown) => ({ metadata: { name: 'a', managedFields, uid: 'u' }, spec: [1] });

const texts: readonly (readonly [what: string, text: string, becomes: string])[] = [
  ['an object', JSON.stringify(object([manager, manager])), JSON.stringify(object([]))],
  [
    'each object of a list',
    JSON.stringify([object([manager]), object([[manager], []])]),
    JSON.stringify([object([]), object([])]),
  ],
  ['an object that has none', '{"metadata":{}}', '{"metadata":{}}'],
  ['a null', JSON.stringify(object(null)), JSON.stringify(object(null))],
  [
    'a string that looks like it',
    JSON.stringify({ note: '"managedFields":["x"]' }),
    JSON.stringify({ note: '"managedFields":["x"]' }),
  ],
  ['text between key and array', '{"managedFields": [{}]}', '{"managedFields": [{}]}'],
  ['an array that breaks off', '{"managedFields":[{"a":"', '{"managedFields":[{"a":"'],
  ['a string that breaks off at an escape', '{"managedFields":["\\', '{"managedFields":["\\'],
  [
    'other scripts around it',
    '{"ф":"😀","managedFields":["ж"],"z":"é"}',
    '{"ф":"😀","managedFields":[],"z":"é"}',
  ],
  ['nothing', '', ''],
];
for (const [what, text, becomes] of texts) {
  test(`of ${what} everything but managedFields is kept`, t => t.is(emptied(text), becomes));
}

test('whatever an API server sends is the same value but for its managedFields', t => {
  const named = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('managedFields', '"managedFields":[', ']', '\\'),
  );
  const { value } = fc.letrec<{ value: unknown }>(tie => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.oneof(named, fc.integer(), fc.constant(null)),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(named, tie('value'), { maxKeys: 4 }),
    ),
  }));
  const without = (key: string, value: unknown) =>
    key === 'managedFields' && Array.isArray(value) ? [] : value;
  const same = (value: unknown) => {
    const text = JSON.stringify(value);
    return emptied(text) === JSON.stringify(JSON.parse(text), without);
  };
  t.notThrows(() => fc.assert(fc.property(value, same), { seed: 12, numRuns: 5_000 }));
});

test('any bytes have an answer', t => {
  const some = fc.oneof(fc.uint8Array(), fc.constant(Buffer.from('"managedFields":[')));
  const answers = (parts: readonly Uint8Array[]) =>
    typeof withoutManagedFields(Buffer.concat(parts)) === 'string';
  t.notThrows(() => fc.assert(fc.property(fc.array(some), answers), { seed: 12, numRuns: 5_000 }));
});
