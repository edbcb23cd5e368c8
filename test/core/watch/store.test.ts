import test from 'ava';
import type { Change } from '../../../core/watch/change.ts';
import { isOlder } from '../../../core/watch/resource-version.ts';
import { type Delta, Store } from '../../../core/watch/store.ts';

/** `a1@5`: the object a of UID a1, as it was written at 5. */
function object(text: string) {
  const [uid = '', resourceVersion = ''] = text.split('@');
  return { metadata: { name: uid[0], namespace: 'n', uid, resourceVersion } };
}
const listed = (resourceVersion: string, ...items: string[]): Change => ({
  type: 'listed',
  items: items.map(object),
  resourceVersion,
});
const applied = (text: string): Change => ({ type: 'applied', object: object(text) });
const deleted = (text: string): Change => ({ type: 'deleted', object: object(text) });
const bookmark = (resourceVersion: string): Change => ({ type: 'bookmark', resourceVersion });

function shown({ type, key, object }: Delta): string {
  const { uid, resourceVersion } = object.metadata as Record<string, string>;
  return `${type} ${key} ${uid}@${resourceVersion}`;
}

const tells = test.macro((t, before: Change[], last: Change, expected: string[], version: string) => {
  const store = new Store();
  for (const change of before) store.apply(change);
  t.deepEqual(store.apply(last).map(shown), expected);
  t.is(store.resourceVersion, version);
});

test('a first list adds what is in it', tells, [], listed('5', 'a1@3'), ['added n/a a1@3'], '5');
test('an event of a new object adds it', tells, [listed('5')], applied('a1@6'), ['added n/a a1@6'], '6');
test(
  'an event of a known object updates it',
  tells,
  [listed('5', 'a1@3')],
  applied('a1@6'),
  ['updated n/a a1@6'],
  '6',
);
test('an event that is told again is nothing', tells, [listed('5', 'a1@3')], applied('a1@3'), [], '5');
test('the same is true of the last one', tells, [listed('5'), applied('a1@6')], applied('a1@6'), [], '6');
test(
  'an object that has gone does not return by an old event',
  tells,
  [listed('5', 'a1@3'), deleted('a1@7')],
  applied('a1@6'),
  [],
  '7',
);
test(
  'a deletion tells the object as it was at its end',
  tells,
  [listed('5', 'a1@3')],
  deleted('a1@7'),
  ['deleted n/a a1@7'],
  '7',
);
test(
  'an old deletion does not touch who has the name now',
  tells,
  [listed('5', 'a1@3'), deleted('a1@7'), applied('a2@8')],
  deleted('a1@7'),
  [],
  '8',
);
test(
  'the deletion of a successor that nobody told of is that of the object too',
  tells,
  [listed('5', 'a1@3')],
  deleted('a2@9'),
  ['deleted n/a a1@3'],
  '9',
);
test(
  'another UID in an event is a deletion and an addition',
  tells,
  [listed('5', 'a1@3')],
  applied('a2@9'),
  ['deleted n/a a1@3', 'added n/a a2@9'],
  '9',
);
test(
  'and so it is in a list',
  tells,
  [listed('5', 'a1@3')],
  listed('50', 'a2@40'),
  ['deleted n/a a1@3', 'added n/a a2@40'],
  '50',
);
test(
  'what a list lacks has gone, what it has unchanged is not told',
  tells,
  [listed('5', 'a1@3', 'b1@4', 'c1@4')],
  listed('50', 'b1@4', 'c1@44'),
  ['deleted n/a a1@3', 'updated n/c c1@44'],
  '50',
);
test(
  'a list of a restored etcd counts, though it is older',
  tells,
  [listed('50', 'a1@40')],
  listed('30', 'a1@20'),
  ['updated n/a a1@20'],
  '30',
);
test('a bookmark moves the moment', tells, [listed('5')], bookmark('90'), [], '90');
test('never backward', tells, [listed('50')], bookmark('9'), [], '50');
test(
  'versions compare as integers',
  tells,
  [listed('9', 'a1@9')],
  applied('a1@10'),
  ['updated n/a a1@10'],
  '10',
);

test('objects keep every field, and nobody can change them', t => {
  const store = new Store();
  const raw = { ...object('a1@6'), unknown: { deep: [{ in: 1 }] } };
  store.apply({ type: 'applied', object: raw });
  const kept = store.get('n/a') as typeof raw;
  t.deepEqual(kept, { ...object('a1@6'), unknown: { deep: [{ in: 1 }] } });
  t.throws(() => Object.assign(kept.unknown.deep[0]!, { in: 2 }), { instanceOf: TypeError });
});

test('an object as deep as a server likes is frozen', t => {
  let deep: object = {};
  for (let depth = 0; depth < 100_000; depth += 1) deep = { deep };
  t.notThrows(() => new Store().apply({ type: 'applied', object: { ...object('a1@6'), deep } }));
});

test('one content under one version is another after etcd was restored, and a list tells it', t => {
  const store = new Store();
  store.apply(listed('9', 'a1@5'));
  const changed = { ...object('a1@5'), data: 1 };
  t.is(store.apply({ type: 'listed', items: [changed], resourceVersion: '8' }).length, 1);
});

test('a store is synced by a list alone', t => {
  const store = new Store();
  store.apply(applied('a1@6'));
  store.apply(bookmark('7'));
  t.false(store.synced);
  store.apply(listed('8'));
  t.true(store.synced);
});

for (const [one, other, expected] of [
  ['9', '10', true],
  ['10', '9', false],
  ['10', '10', false],
  ['9007199254740992', '9007199254740993', true],
  ['', '5', false],
  ['abc', '5', false],
  ['5', '05', false],
] as const) {
  test(`${one || 'nothing'} is ${expected ? '' : 'not '}older than ${other}`, t => {
    t.is(isOlder(one, other), expected);
  });
}

test('what is listed once more and says the same is the object that is known, and else another', t => {
  const store = new Store();
  store.apply(listed('5', 'a1@3'));
  const known = store.get('n/a');
  t.is(store.known(object('a1@3')) as unknown, known);
  const others = [object('a1@4'), object('b1@3'), { ...object('a1@3'), spec: {} }];
  for (const other of others) t.is(store.known(other) as unknown, other);
});

test('what two objects say alike is there once, also where one is another version of itself', t => {
  const long = 'a text of more than ten letters';
  const made = (text: string) => ({
    ...object(text),
    spec: { args: [long] },
    status: { text: `${text} ${long}` },
  });
  const store = new Store();
  const [one, next] = [store.known(made('a1@3')), store.known(made('b1@4'))];
  t.is(next.spec, one.spec);
  t.not(next.status, one.status);
  store.apply({ type: 'listed', items: [one, next], resourceVersion: '5' });
  const later = store.known({ ...made('a1@3'), metadata: { ...object('a1@6').metadata } });
  t.is(later.status, one.status);
  t.deepEqual(later.metadata as object, object('a1@6').metadata);
});
