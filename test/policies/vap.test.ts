import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { booleanFlags } from '../../scripts/vap/arguments.ts';
import { findings } from '../../scripts/vap/listener-findings.ts';
import { admissionPolicies } from '../../scripts/vap/policies.ts';

const root = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

test('the policies in CEL are what their table makes', t => {
  for (const [file, content] of admissionPolicies()) {
    t.true(content.equals(readFileSync(join(root, file))), `${file} differs: npm run verify`);
  }
});

test('the flags without a value are those of Rego', t => {
  const [, listed = ''] =
    /boolean_flags := \{([^}]*)\}/.exec(read('policies/seinode/rules/listener_split/proxy.rego')) ?? [];
  t.deepEqual(quoted(listed, '"'), booleanFlags);
});

test('the page has every reason that CEL gives, and those that it does not', t => {
  const [, said = '', unsaid = ''] = read('docs/admission-cel.md').split(
    /^## (?:Listeners|What CEL cannot say)$/m,
  );
  const given = findings.map(({ reason }) => reason);
  t.deepEqual(quoted(said, '`').filter(isReason).toSorted(), given.toSorted());
  const all = quoted(read('docs/rules/listener-split.md').split('| reason |')[1] ?? '', '`').filter(isReason);
  t.deepEqual(
    quoted(unsaid, '`').filter(isReason).toSorted(),
    all.filter(reason => !given.includes(reason)).toSorted(),
  );
});

function quoted(text: string, quote: string): string[] {
  return [...text.matchAll(new RegExp(`${quote}([^${quote}\n]+)${quote}`, 'g'))].map(
    ([, word]) => word as string,
  );
}

function isReason(word: string): boolean {
  return /^[A-Z][a-z]\w+$|^TLSFiles$/.test(word) && word !== 'NAME';
}
