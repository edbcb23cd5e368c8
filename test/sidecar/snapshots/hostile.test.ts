import { existsSync, mkdirSync, readdirSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import test from 'ava';
import { fetching } from '../../../sidecar/snapshots/download.ts';
import { extract } from '../../../sidecar/snapshots/extract.ts';
import { restore } from '../../../sidecar/snapshots/restore.ts';
import { margin } from '../../../sidecar/snapshots/space.ts';
import { temporaryDirectory } from '../../directory.ts';
import { objectStoreOf, withObjectStore } from '../../object-store/object-store.ts';
import { archiveOf, digests, noise, place, putArchive, type TarEntry, tarOf } from './place.ts';

const whole = archiveOf(1000);
const chunk = { path: '1000/1/0', content: 'a chunk' };
const afterChunk = (entry: TarEntry) => tarOf([chunk, entry]);
const truncatedTar = gzipSync(gunzipSync(whole).subarray(0, 200_000));
const outside = { content: 'x' };

const archives: readonly (readonly [what: string, archive: Buffer, why: RegExp])[] = [
  ['a path that climbs out', afterChunk({ path: '../out', ...outside }), /"\.\.\/out" is not a path below/],
  [
    'a path that climbs out further in',
    afterChunk({ path: '1000/../../out', ...outside }),
    /not a path below/,
  ],
  ['an absolute path', afterChunk({ path: '/tmp/out', ...outside }), /"\/tmp\/out" is not a path below/],
  ['a path with a backslash', afterChunk({ path: '1000\\..\\..\\out', ...outside }), /is not a path below/],
  ['a path with an empty segment', afterChunk({ path: '1000//1/0', ...outside }), /is not a path below/],
  ['another height', afterChunk({ path: '1001/1/0', ...outside }), /neither below 1000\/ nor metadata\.db/],
  ['a state of a validator', afterChunk({ path: 'priv_validator_state.json' }), /neither below 1000\//],
  [
    'no more than the height',
    tarOf([{ path: '1000', type: 'Directory' }]),
    /holds no snapshot of height 1000/,
  ],
  [
    'a file in place of the height',
    tarOf([{ path: '1000', content: 'x' }]),
    /holds no snapshot of height 1000/,
  ],
  ['only metadata', tarOf([{ path: 'metadata.db', content: 'x' }]), /holds no snapshot of height 1000/],
  [
    'a link out',
    afterChunk({ path: '1000/1/1', type: 'SymbolicLink', linkpath: '../../..' }),
    /is a SymbolicLink/,
  ],
  [
    'a link within',
    afterChunk({ path: '1000/1/1', type: 'SymbolicLink', linkpath: '0' }),
    /is a SymbolicLink/,
  ],
  [
    'a link, and a file through it',
    tarOf([
      { path: '1000/x', type: 'SymbolicLink', linkpath: '/tmp' },
      { path: '1000/x/out', ...outside },
    ]),
    /is a SymbolicLink/,
  ],
  ['a hard link out', afterChunk({ path: '1000/1/1', type: 'Link', linkpath: '/etc/passwd' }), /is a Link/],
  ['a device', afterChunk({ path: '1000/1/1', type: 'CharacterDevice' }), /is a CharacterDevice/],
  ['a block device', afterChunk({ path: '1000/1/1', type: 'BlockDevice' }), /is a BlockDevice/],
  ['a pipe', afterChunk({ path: '1000/1/1', type: 'FIFO' }), /is a FIFO/],
  ['a control character', afterChunk({ path: 'a\u001b[2J', ...outside }), /"a\\u001b\[2J" is neither/],
  ['a gzip that is cut off', whole.subarray(0, -100), /its gzip is damaged or cut off \(Z_BUF_ERROR\)/],
  [
    'a gzip with a bit turned',
    turned(whole, whole.length - 5),
    /its gzip is damaged or cut off \(Z_DATA_ERROR\)/,
  ],
  ['no gzip', Buffer.from('<html>'), /its gzip is damaged or cut off \(Z_DATA_ERROR\)/],
  ['nothing', Buffer.alloc(0), /damaged or cut off|no snapshot/],
  ['a tar that is cut off', truncatedTar, /its tar is damaged or cut off \(TAR_BAD_ARCHIVE\)/],
  ['a tar with a header that is not one', gzipSync(Buffer.alloc(10_240, 'x')), /its tar is damaged/],
];

for (const [what, archive, why] of archives) {
  test(`an archive of ${what} is refused, and nothing is written beside its place`, async t => {
    const home = temporaryDirectory('hostile');
    const directory = join(home, 'in/unpacked');
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(home, 'archive'), archive);
    const { signal } = new AbortController();
    const outcome = await extract(join(home, 'archive'), directory, {
      height: 1000,
      room: 2_000_000,
      signal,
    });
    t.regex(outcome.ok ? 'taken' : outcome.error, why);
    const written = Object.keys(digests(home)).filter(
      path => !/^in\/unpacked\/(1000|metadata\.db)/.test(path),
    );
    t.deepEqual(written, ['archive']);
    t.false(existsSync('/tmp/out'));
    // They are closed in their own time, but they are.
    while (openFilesBelow(home).length > 0) await setImmediate();
  });
}

test('an archive of files that are empty stops where they take more room than there is', async t => {
  const home = temporaryDirectory('many');
  const names = Array.from({ length: 300 }, (_, at) => ({ path: `1000/${at}`, content: '' }));
  writeFileSync(join(home, 'archive'), tarOf(names));
  mkdirSync(join(home, 'unpacked'));
  const { signal } = new AbortController();
  const unpacking = extract(join(home, 'archive'), join(home, 'unpacked'), {
    height: 1000,
    room: 1_000_000,
    signal,
  });
  await t.throwsAsync(unpacking, { message: /more than the 1000000 bytes there is room for/ });
});

test('modes of an archive do not count: nothing is setuid, and every directory can be entered', async t => {
  const home = temporaryDirectory('modes');
  const odd = [
    { path: '1000', type: 'Directory' as const, mode: 0 },
    { ...chunk, mode: 0o6777 },
  ];
  writeFileSync(join(home, 'archive'), tarOf(odd));
  mkdirSync(join(home, 'unpacked'));
  const { signal } = new AbortController();
  const options = { height: 1000, room: 100_000, signal };
  t.true((await extract(join(home, 'archive'), join(home, 'unpacked'), options)).ok);
  const modes = ['1000', '1000/1/0'].map(path => statSync(join(home, 'unpacked', path)).mode & 0o7777);
  t.deepEqual(modes, [0o755, 0o644]);
});

const large: readonly (readonly [what: string, entry: TarEntry])[] = [
  ['has more bytes than there is room for', { path: '1000/1/1', content: noise(2_000_000, 'x') }],
  ['says to have more than there is room for', { path: '1000/1/1', size: 2 ** 33 - 1 }],
];
for (const [what, entry] of large) {
  test(`an archive that ${what} stops before that entry, and is not held for a bad one`, async t => {
    const home = temporaryDirectory('large');
    writeFileSync(join(home, 'archive'), afterChunk(entry));
    mkdirSync(join(home, 'unpacked'));
    const { signal } = new AbortController();
    const options = { height: 1000, room: 2_000_000, signal };
    const unpacking = extract(join(home, 'archive'), join(home, 'unpacked'), options);
    await t.throwsAsync(unpacking, {
      message: /more than the 2000000 bytes there is room for; give the volume more/,
    });
    t.false(existsSync(join(home, 'unpacked/1000/1/1')));
  });
}

test('what tar makes of a directory named . is taken', async t => {
  const home = temporaryDirectory('plain');
  writeFileSync(
    join(home, 'archive'),
    tarOf([
      { path: './', type: 'Directory' },
      { path: './1000/', type: 'Directory' },
      { path: './1000/1/0', content: 'a chunk' },
    ]),
  );
  mkdirSync(join(home, 'unpacked'));
  const { signal } = new AbortController();
  const outcome = await extract(join(home, 'archive'), join(home, 'unpacked'), {
    height: 1000,
    room: 20_000,
    signal,
  });
  t.deepEqual(outcome, { ok: true, value: undefined });
  t.deepEqual(Object.keys(digests(join(home, 'unpacked'))), ['1000/1/0']);
});

const store = objectStoreOf(test);

withObjectStore()(
  'a bad archive leaves neither marker, download nor anything in data/snapshots; a good one takes its place',
  async t => {
    const here = place(store());
    const key = putArchive(store(), here, 1000, turned(whole, whole.length - 5));
    const outcome = await restore(0, here.context);
    t.is(
      outcome.ok ? '' : outcome.error,
      `s3://${here.bucket}/${key} is no archive of a snapshot: its gzip is damaged or cut off (Z_DATA_ERROR); ` +
        'upload it anew, or ask for another height',
    );
    t.deepEqual(digests(here.home), {});
    t.deepEqual(readdirSync(join(here.home, 'data/snapshots')), []);
    putArchive(store(), here, 1000, whole);
    t.true((await restore(0, here.context)).ok);
  },
);

withObjectStore()('an archive that there is no room for is kept, and unpacked once there is', async t => {
  const here = place(store());
  putArchive(store(), here, 1000, whole);
  let looks = 0;
  const restoring = { fetching, freeBytes: async () => (looks++ === 0 ? 2 ** 40 : margin + 1000) };
  await t.throwsAsync(restore(0, here.context, restoring), { message: /more than the 1000 bytes/ });
  const before = store().asked.filter(
    ({ path, range }) => range && path.startsWith(`/${here.bucket}/`),
  ).length;
  t.true((await restore(0, here.context)).ok);
  const after = store().asked.filter(
    ({ path, range }) => range && path.startsWith(`/${here.bucket}/`),
  ).length;
  t.deepEqual([before, after], [1, 1]);
});

function turned(archive: Buffer, position: number): Buffer {
  const copy = Buffer.from(archive);
  copy.writeUInt8(copy.readUInt8(position) ^ 1, position);
  return copy;
}

/** Files of a directory that this process has open. */
function openFilesBelow(directory: string): string[] {
  const links = readdirSync('/proc/self/fd').map(number => {
    try {
      return readlinkSync(`/proc/self/fd/${number}`);
    } catch {
      // That of the listing itself.
      return '';
    }
  });
  return links.filter(path => path.startsWith(directory));
}
