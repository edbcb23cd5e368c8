import test from 'ava';
import { mergePatch } from '../../core/merge-patch.ts';
import { uuidV5 } from '../../core/uuid.ts';

type Fields = Parameters<typeof mergePatch>[0];

const patches = test.macro((t, before: Fields, after: Fields, patch: Fields | undefined) => {
  t.deepEqual(mergePatch(before, after), patch);
});

test(
  'equal values need no patch',
  patches,
  { a: { b: [1, { c: 2 }] } },
  { a: { b: [1, { c: 2 }] } },
  undefined,
);
test(
  'nor do values whose keys come in another order',
  patches,
  { a: [{ b: 1, c: 2 }] },
  { a: [{ c: 2, b: 1 }] },
  undefined,
);
test('a field that is undefined is absent', patches, { a: 1 }, { a: 1, b: undefined }, undefined);
test('a new field is written', patches, {}, { a: { b: 1 } }, { a: { b: 1 } });
test(
  'a changed one deep inside is written alone',
  patches,
  { a: { b: 1, c: 2 } },
  { a: { b: 1, c: 3 } },
  { a: { c: 3 } },
);
test('one that is gone becomes null', patches, { a: { b: 1, c: 2 } }, { a: { b: 1 } }, { a: { c: null } });
test('a list is written whole', patches, { a: [1, 2] }, { a: [1] }, { a: [1] });
test('a list that grows by an item', patches, { a: [] }, { a: [{}] }, { a: [{}] });
test('an object in place of a text is written whole', patches, { a: 'x' }, { a: { b: 1 } }, { a: { b: 1 } });
test('an empty object in place of a list', patches, { a: [] }, { a: {} }, { a: {} });

test('version 5 UUIDs are those of RFC 9562: python.org in the DNS namespace', t => {
  t.is(uuidV5('6ba7b810-9dad-11d1-80b4-00c04fd430c8', 'python.org'), '886313e1-3b8a-5372-9b90-0c9aee199e5d');
});
