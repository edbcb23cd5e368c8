import test from 'ava';
import { Expectations } from '../../../core/watch/expectations.ts';
import { Store } from '../../../core/watch/store.ts';

const object = (name: string, resourceVersion: string) => ({
  metadata: { name, namespace: 'n', uid: name, resourceVersion },
});

/** A store of the moment 100, and what was written to it after: n/a at 105. */
function written() {
  const store = new Store();
  store.apply({ type: 'listed', items: [object('a', '90')], resourceVersion: '100' });
  const expectations = new Expectations(store);
  expectations.expect('n/a', '105', 1000);
  return { store, expectations, may: (now = 1001) => expectations.mayReconcile('n/a', now) };
}

test('a key waits for its own write', t => {
  const { may, expectations } = written();
  t.false(may());
  t.true(expectations.mayReconcile('n/other', 1001));
});

for (const [title, change] of [
  ['the event of the write', { type: 'applied', object: object('a', '105') }],
  ['a later one', { type: 'applied', object: object('a', '106') }],
  ['that of its deletion', { type: 'deleted', object: object('a', '107') }],
  ['one of another object that was written later', { type: 'applied', object: object('b', '106') }],
  ['a bookmark', { type: 'bookmark', resourceVersion: '105' }],
  ['a list', { type: 'listed', items: [], resourceVersion: '200' }],
  ['a list of a restored etcd', { type: 'listed', items: [], resourceVersion: '50' }],
] as const) {
  test(`after ${title} it goes on`, t => {
    const { store, may } = written();
    store.apply(change);
    t.true(may());
    t.true(may());
  });
}

for (const [title, change] of [
  ['an event of before', { type: 'applied', object: object('a', '104') }],
  ['an older bookmark', { type: 'bookmark', resourceVersion: '99' }],
] as const) {
  test(`after ${title} it waits on`, t => {
    const { store, may } = written();
    store.apply(change);
    t.false(may());
  });
}

test('after 30 seconds it goes on', t => {
  const { may } = written();
  t.false(may(30_999));
  t.true(may(31_000));
});

test('the last of several writes is waited for, in whichever order the answers come', t => {
  const { store, expectations, may } = written();
  expectations.expect('n/a', '110', 1000);
  expectations.expect('n/a', '107', 1000);
  store.apply({ type: 'bookmark', resourceVersion: '109' });
  t.false(may());
  store.apply({ type: 'bookmark', resourceVersion: '110' });
  t.true(may());
});

test('a write after a list of a restored etcd is waited for, though one before was later', t => {
  const { store, expectations, may } = written();
  store.apply({ type: 'listed', items: [], resourceVersion: '50' });
  expectations.expect('n/a', '52', 1000);
  t.false(may());
  store.apply({ type: 'bookmark', resourceVersion: '52' });
  t.true(may());
});
