import test from 'ava';
import fc from 'fast-check';
import { jsonPieces, toJSON } from '../../../plugin/output/structured.ts';

const head = { apiVersion: 'seinode.sei.io/v1', kind: 'PolicyReport' };

test('the pieces of a document are its JSON, whatever is in it', t => {
  const value = fc.jsonValue({ stringUnit: 'binary' });
  const fields = fc.dictionary(fc.string(), fc.oneof(value, fc.array(value), fc.constant(undefined)));
  fc.assert(
    fc.property(fields, fields => {
      const document = { ...head, ...fields };
      t.is([...jsonPieces(document)].join(''), toJSON(document));
    }),
    { seed: 52 },
  );
});

test('of a long list no text is there as a whole, and no item is a piece of its own', t => {
  const items = Array.from({ length: 10_000 }, (_, index) => ({ name: `n${index}`, message: '\u202e' }));
  const pieces = [...jsonPieces({ ...head, items, none: [] })];
  t.is(pieces.join(''), toJSON({ ...head, items, none: [] }));
  t.true(pieces.length > 5 && pieces.length < 100, `${pieces.length} pieces`);
});
