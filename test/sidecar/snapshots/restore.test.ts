import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { fetching } from '../../../sidecar/snapshots/download.ts';
import { restore } from '../../../sidecar/snapshots/restore.ts';
import { freeBytes, margin } from '../../../sidecar/snapshots/space.ts';
import { temporaryDirectory } from '../../directory.ts';
import { type ObjectStore, objectStoreOf, withObjectStore } from '../../object-store/object-store.ts';
import {
  archiveOf,
  digests,
  type Files,
  type Place,
  place,
  putArchive,
  sendArchive,
  sidecarAt,
  snapshotOf,
  writeFiles,
} from './place.ts';

const store = objectStoreOf(test);
const storeTest = withObjectStore();
const small = { fetching: { ...fetching, rangeBytes: 50_000, pause: 1 }, freeBytes };

storeTest('a snapshot is restored whole, its marker last, and nothing is left beside it', async t => {
  const here = place(store());
  putArchive(store(), here, 1000, archiveOf(1000));
  writeFiles(here.home, { 'data/priv_validator_state.json': '{"height":"0","round":0,"step":0}' });
  t.deepEqual(await restore(0, here.context, small), { ok: true, value: undefined });
  t.deepEqual(digests(join(here.home, 'data/snapshots')), digestsOf(snapshotOf(1000)));
  t.deepEqual(readdirSync(join(here.home, 'data/snapshots')).toSorted(), ['1000', 'metadata.db']);
  t.is(readFileSync(join(here.home, '.sei-sidecar-snapshot-height'), 'utf8'), '1000');
  t.true(existsSync(join(here.home, '.sei-sidecar-snapshot-done')));
  t.deepEqual(readdirSync(join(here.home, 'tmp')), []);
  t.is(readFileSync(join(here.home, 'data/priv_validator_state.json'), 'utf8').length, 33);
  t.is(statSync(join(here.home, 'data/snapshots/1000/1/0')).mode & 0o777, 0o644);
});

storeTest('its progress is told in the metrics, by bytes', async t => {
  const here = place(store());
  const archive = archiveOf(1000);
  putArchive(store(), here, 1000, archive);
  await restore(0, here.context, small);
  const metrics = await here.context.metrics.registry.metrics();
  t.regex(
    metrics,
    new RegExp(`sidecar_snapshot_bytes{direction="restore",of="transferred"} ${archive.length}\n`),
  );
  t.regex(metrics, new RegExp(`sidecar_snapshot_bytes{direction="restore",of="total"} ${archive.length}\n`));
});

storeTest('where the marker is, nothing is asked of the store', async t => {
  const here = place(store());
  writeFiles(here.home, { '.sei-sidecar-snapshot-done': '' });
  t.true((await restore(0, here.context)).ok);
  t.deepEqual(askedOf(store(), here), []);
});

test('what was fetched is removed where the marker is: a death just behind the marker left it', async t => {
  const { home, context } = sidecarAt(temporaryDirectory('marked'), 'none');
  writeFiles(home, {
    '.sei-sidecar-snapshot-done': '',
    'tmp/snapshot-0123456789abcdef.tar.gz': 'x',
    'tmp/snapshot-0123456789abcdef.tar.gz.ranges': '0\n',
    'tmp/other.tar.gz': 'x',
  });
  t.true((await restore(0, context)).ok);
  t.deepEqual(Object.keys(digests(home)), ['.sei-sidecar-snapshot-done', 'tmp/other.tar.gz']);
});

const chains: readonly (readonly [what: string, files: Files])[] = [
  ['a database of the application', { 'data/application.db/CURRENT': 'x' }],
  ['a store of blocks', { 'data/blockstore.db/CURRENT': 'x' }],
  ['a store of state', { 'data/state.db/CURRENT': 'x' }],
  ['a state commit of Sei', { 'data/committer.db/current/0': 'x' }],
  ['a height that was signed', { 'data/priv_validator_state.json': '{"height":"7","round":0,"step":0}' }],
];
for (const [what, files] of chains) {
  storeTest(`nothing is restored beside ${what}, nothing asked and no marker made`, async t => {
    const here = place(store());
    putArchive(store(), here, 1000, archiveOf(1000));
    writeFiles(here.home, files);
    t.true((await restore(0, here.context)).ok);
    t.deepEqual(Object.keys(digests(here.home)), Object.keys(files));
    t.deepEqual(askedOf(store(), here), []);
    t.is(here.lines[0]?.msg, 'nothing is restored, for there is a chain already');
  });
}

storeTest('a height signed that cannot be read stops the restore', async t => {
  const here = place(store());
  writeFiles(here.home, { 'data/priv_validator_state.json': '{"hei' });
  await t.throwsAsync(restore(0, here.context), { message: /whether this node has signed cannot be told/ });
});

const heights: readonly (readonly [target: number, found: number | undefined])[] = [
  [0, 2500],
  [2500, 2500],
  [99_999, 2500],
  [1500, 1500],
  [1, 1],
];
storeTest('of 2,500 archives the highest is taken, up to the height asked for', async t => {
  const here = place(store());
  for (let height = 2; height <= 2500; height++) putArchive(store(), here, height, Buffer.from('no archive'));
  const others = ['1.tar.gz', 'latest.txt', '9999.tar', 'x9999.tar.gz', '0099999.tar.gz', 'old/9999.tar.gz'];
  const below = join(store().root, here.bucket, 'atlantic-2/state-sync');
  writeFiles(below, Object.fromEntries(others.map(name => [name, 'no archive'])));
  writeFiles(join(store().root, here.bucket), { 'pacific-1/state-sync/9998.tar.gz': 'no archive' });
  for (const [target, found] of heights) {
    const outcome = await restore(target, here.context, small);
    const name = `s3://${here.bucket}/atlantic-2/state-sync/${found}.tar.gz is no archive of a snapshot`;
    t.true(!outcome.ok && outcome.error.startsWith(name), `${target}: ${JSON.stringify(outcome)}`);
  }
  t.true(
    askedOf(store(), here).filter(({ path }) => path.includes('list-type=2')).length >= 3 * heights.length,
  );
});

storeTest('where no height is low enough the message says where it looked', async t => {
  const here = place(store());
  putArchive(store(), here, 1000, archiveOf(1000));
  t.deepEqual(await restore(999, here.context), {
    ok: false,
    error:
      `there is no snapshot at or below height 999 in s3://${here.bucket}/atlantic-2/state-sync/ in us-east-1; ` +
      'upload one, or ask for a height that is there',
  });
});

storeTest('what a restore left that was cut off before its marker is made good', async t => {
  const here = place(store());
  putArchive(store(), here, 1000, archiveOf(1000));
  writeFiles(here.home, {
    '.sei-sidecar-snapshot-height': '900\n',
    'data/snapshots/900/1/0': 'half of another height',
    'data/snapshots/metadata.db': 'a file, not a directory',
    'data/snapshots/.restoring/1000/1/7': 'half of this one',
    'tmp/snapshot-123456.tar.gz': 'of the published sidecar, which was killed',
  });
  t.true((await restore(0, here.context, small)).ok);
  t.deepEqual(digests(join(here.home, 'data/snapshots')), digestsOf(snapshotOf(1000)));
  t.deepEqual(readdirSync(join(here.home, 'tmp')), []);
});

storeTest('a snapshot that no restore has begun is not touched', async t => {
  const here = place(store());
  putArchive(store(), here, 1000, archiveOf(1000));
  writeFiles(here.home, { 'data/snapshots/1100/1/0': "somebody's own" });
  const outcome = await restore(0, here.context);
  t.regex(outcome.ok ? '' : outcome.error, /holds 1100, which no restore has begun; move that away/);
  t.deepEqual(Object.keys(digests(here.home)), ['data/snapshots/1100/1/0']);
});

storeTest('a volume without room is refused before a byte is fetched, with the bytes it needs', async t => {
  const here = place(store());
  const archive = archiveOf(1000);
  putArchive(store(), here, 1000, archive);
  const needed = 2 * archive.length + margin;
  const outcome = await restore(0, here.context, { ...small, freeBytes: async () => needed - 1 });
  t.deepEqual(outcome, {
    ok: false,
    error:
      `the volume of ${here.home} has ${needed - 1} bytes free and the snapshot needs ${needed}: ${archive.length} still to be ` +
      `fetched, ${archive.length} unpacked, ${margin} to spare; give the volume more room`,
  });
  t.deepEqual(
    askedOf(store(), here).filter(({ range }) => range),
    [],
  );
  t.true((await restore(0, here.context, { ...small, freeBytes: async () => needed })).ok);
});

storeTest('an archive that is written anew while it is fetched is fetched anew', async t => {
  const here = place(store());
  await sendArchive(here, 1000, archiveOf(1000));
  let ranges = 0;
  store().faults.set(here.bucket, async ({ range }) => {
    if (range && ++ranges === 3) await sendArchive(here, 1000, archiveOf(1000, 'anew'));
    return undefined;
  });
  t.true((await restore(0, here.context, { ...small, fetching: { ...small.fetching, ranges: 1 } })).ok);
  t.deepEqual(digests(join(here.home, 'data/snapshots')), digestsOf(snapshotOf(1000, 'anew')));
  t.is(ranges, 3 + Math.ceil(archiveOf(1000).length / 50_000));
});

storeTest('without a bucket the task says which variables name one', async t => {
  const here = place(store(), { SEI_SNAPSHOT_BUCKET: '', SEI_SNAPSHOT_REGION: '' });
  const outcome = await restore(0, here.context);
  t.regex(outcome.ok ? '' : outcome.error, /set SEI_SNAPSHOT_BUCKET and SEI_SNAPSHOT_REGION/);
});

function digestsOf(files: Files): Record<string, string> {
  const here = place(store());
  writeFiles(here.home, files);
  return digests(here.home);
}

function askedOf({ asked }: ObjectStore, { bucket }: Place) {
  return asked.filter(({ path }) => path.startsWith(`/${bucket}?`) || path.startsWith(`/${bucket}/`));
}
