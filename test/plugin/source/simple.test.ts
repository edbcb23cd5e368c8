import test from 'ava';
import fc from 'fast-check';
import { parseDocument } from 'yaml';
import { kubectlTags } from '../../../plugin/source/scalars.ts';
import { simpleYAML } from '../../../plugin/source/simple.ts';

const line = fc
  .tuple(
    fc.nat(3),
    fc.constantFrom('', '', '- ', '- - '),
    fc.constantFrom('a: ', 'b: ', 'c:', 'name: ', 'tls.crt: ', 'y: ', ''),
    fc.constantFrom(
      '',
      'x',
      'y',
      '1',
      '"q"',
      '{}',
      '[]',
      '010',
      'a b',
      '-x',
      'x:y',
      'x#y',
      'x #y',
      'x: y',
      "'q'",
      '|',
      'x ',
    ),
  )
  .map(([indent, dashes, key, value]) => `${'  '.repeat(indent)}${dashes}${key}${value}\n`);

test('what the fast reader reads, the library reads alike', t => {
  let read = 0;
  const agrees = (text: string): void => {
    const simple = simpleYAML(text);
    if (simple === undefined) return;
    read += 1;
    const tree = parseDocument(text, { schema: 'failsafe', merge: true, customTags: kubectlTags });
    t.deepEqual(tree.errors, [], text);
    t.deepEqual(simple.value, tree.toJS(), text);
  };
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 6 }), lines => agrees(lines.join(''))),
    { seed: 11, numRuns: 20_000 },
  );
  t.true(read > 500, `only ${read} texts were read`);
});
