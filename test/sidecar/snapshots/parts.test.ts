import test from 'ava';
import { partBytesFor, partsOf } from '../../../sidecar/snapshots/parts.ts';

const [mebibyte, gibibyte] = [2 ** 20, 2 ** 30];

for (const bytes of [0, 1, gibibyte, 140 * gibibyte, 141 * gibibyte, 1000 * gibibyte, 40_000 * gibibyte]) {
  test(`an archive of ${bytes} bytes has no more than 10,000 parts, of whole mebibytes`, t => {
    const partBytes = partBytesFor(bytes);
    t.is(partBytes % mebibyte, 0);
    t.true(partBytes >= 16 * mebibyte);
    // Headers of tar, and gzip where nothing gets smaller, add less than a hundredth.
    t.true(Math.ceil((bytes * 1.01) / partBytes) <= 10_000);
  });
}

const cuts: readonly (readonly [chunks: readonly string[], parts: readonly string[]])[] = [
  [[], ['']],
  [['ab'], ['ab']],
  [['abc'], ['abc']],
  [['abcd'], ['abc', 'd']],
  [
    ['a', 'b', 'c', 'd', 'e', 'f'],
    ['abc', 'def'],
  ],
  [
    ['ab', 'cdefgh', 'i', 'j'],
    ['abc', 'def', 'ghi', 'j'],
  ],
];
for (const [chunks, expected] of cuts) {
  test(`${JSON.stringify(chunks)} comes in parts of three bytes as ${JSON.stringify(expected)}`, async t => {
    const stream = async function* () {
      for (const chunk of chunks) yield Buffer.from(chunk);
    };
    const parts = [];
    for await (const part of partsOf(stream(), 3)) parts.push(part);
    t.deepEqual(
      parts.map(({ bytes }) => Buffer.from(bytes).toString()),
      [...expected],
    );
    t.deepEqual(
      parts.map(({ number }) => number),
      expected.map((_, index) => index + 1),
    );
  });
}
