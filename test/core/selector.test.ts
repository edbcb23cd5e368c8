import test from 'ava';
import { parseFieldSelector, parseLabelSelector } from '../../core/selector.ts';

const labels = { app: 'sei', 'sei.io/chain': 'pacific-1', empty: '' };

const selects = test.macro({
  exec(t, text: string, expected: boolean) {
    const selector = parseLabelSelector(text);
    t.true(selector.ok);
    t.is(selector.ok && selector.value(labels), expected);
  },
  title: (_title, text, expected) => `"${text}" ${expected ? 'selects' : 'does not select'} the labels`,
});

test(selects, '', true);
test(selects, 'app=sei', true);
test(selects, 'app == sei', true);
test(selects, 'app=other', false);
test(selects, 'app!=other', true);
test(selects, 'app!=sei', false);
test(selects, 'absent!=x', true);
test(selects, 'absent=', false);
test(selects, 'empty=', true);
test(selects, 'empty!=', false);
test(selects, 'app in (a, sei)', true);
test(selects, 'app in (a,b)', false);
test(selects, 'app in(sei)', true);
test(selects, 'absent in (a)', false);
test(selects, 'app notin (a,b)', true);
test(selects, 'app notin (sei)', false);
test(selects, 'absent notin (a)', true);
test(selects, 'empty in ()', true);
test(selects, 'app', true);
test(selects, 'absent', false);
test(selects, '!absent', true);
test(selects, '! app', false);
test(selects, 'sei.io/chain=pacific-1,app in (sei,b),!absent', true);
test(selects, 'sei.io/chain=pacific-1,app=b', false);
test(selects, 'constructor', false);
test(selects, 'constructor!=x', true);

const malformed = test.macro({
  exec(t, text: string) {
    const selector = parseLabelSelector(text);
    t.false(selector.ok);
    t.regex(selector.ok ? '' : selector.error, /is no label selector; write key=value/);
  },
  title: (_title, text) => `"${text}" is no label selector`,
});

for (const text of [
  ',',
  'a=b,',
  '=b',
  'a=b=c',
  'a in b',
  'a in (b',
  'a in b)',
  'a notin',
  '!',
  '!a=b',
  'a b',
  '-a',
  'a-',
  '/a',
  'a/b/c',
  'a=-b',
  'a=b c',
  'a=(b)',
  `a=${'b'.repeat(64)}`,
  `${'a'.repeat(64)}`,
  'a=b;c',
  'a=ü',
  '__proto__',
]) {
  test(malformed, text);
}

const fields = { 'metadata.name': 'n0', 'metadata.namespace': 'arctic' };

const selectsFields = test.macro({
  exec(t, text: string, expected: boolean | 'malformed') {
    const selector = parseFieldSelector(text);
    t.is(selector.ok ? selector.value(fields) : 'malformed', expected);
  },
  title: (_title, text, expected) => `the field selector "${text}" is ${expected}`,
});

test(selectsFields, '', true);
test(selectsFields, 'metadata.name=n0', true);
test(selectsFields, 'metadata.name==n0,metadata.namespace!=other', true);
test(selectsFields, 'metadata.name=n1', false);
test(selectsFields, 'metadata.namespace!=arctic', false);
test(selectsFields, `metadata.name!=${'a'.repeat(100)}`, true);
test(selectsFields, 'metadata.name', 'malformed');
test(selectsFields, 'metadata.name in (n0)', 'malformed');
test(selectsFields, 'spec.chainId=a', 'malformed');
test(selectsFields, 'metadata.name=n0,', 'malformed');
