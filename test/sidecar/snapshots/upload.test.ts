import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ListMultipartUploadsCommand, ListPartsCommand } from '@aws-sdk/client-s3';
import test from 'ava';
import { s3Client } from '../../../sidecar/s3/client.ts';
import { readBegun } from '../../../sidecar/snapshots/begun.ts';
import { restore } from '../../../sidecar/snapshots/restore.ts';
import { type Upload, upload } from '../../../sidecar/snapshots/upload.ts';
import { uploadInTurn } from '../../../sidecar/snapshots/upload-loop.ts';
import { SidecarStops } from '../../../sidecar/tasks/task.ts';
import { temporaryDirectory } from '../../directory.ts';
import { objectStoreOf, withObjectStore } from '../../object-store/object-store.ts';
import type { Asked, Decided } from '../../object-store/proxy.ts';
import {
  digests,
  type Files,
  noise,
  noon,
  type Place,
  place,
  sidecarAt,
  snapshotOf,
  writeFiles,
} from './place.ts';

const store = objectStoreOf(test);
const storeTest = withObjectStore();
const state = '.sei-sidecar-last-upload.json';

storeTest('the second highest snapshot is uploaded, and restored elsewhere it is the same', async t => {
  const here = withSnapshots(place(store()));
  t.deepEqual(await run(here), { outcome: 'uploaded', height: 2000 });
  t.deepEqual(objects(here), ['2000.tar.gz', 'latest.txt']);
  t.is(readFileSync(objectAt(here, 'latest.txt'), 'utf8'), '2000');
  t.deepEqual(JSON.parse(readFileSync(join(here.home, state), 'utf8')), {
    lastUploadedHeight: 2000,
    lastUploadedAt: +new Date(noon) / 1000,
  });
  t.deepEqual(readdirSync(join(here.home, 'tmp')), []);
  t.deepEqual(await unended(here), []);
  const there = sidecarAt(temporaryDirectory('sei-home'), here.bucket);
  t.true((await restore(0, there.context)).ok);
  const expected = Object.entries(digests(join(here.home, 'data/snapshots'))).filter(
    ([path]) => !/^[13]000/.test(path),
  );
  t.deepEqual(digests(join(there.home, 'data/snapshots')), Object.fromEntries(expected));
});

storeTest(
  "the archive is of the published sidecar's layout, as any tar reads it, the same bytes each time",
  async t => {
    const [one, other] = [withSnapshots(place(store())), withSnapshots(place(store()))];
    await run(one);
    await run(other);
    const names = execFileSync('tar', ['-tzf', objectAt(one, '2000.tar.gz')], { encoding: 'utf8' });
    t.deepEqual(names.trim().split('\n'), [
      ...['2000/', '2000/1/', '2000/1/0', '2000/1/1'],
      ...['metadata.db/', 'metadata.db/000002.log', 'metadata.db/CURRENT'],
    ]);
    t.true(readFileSync(objectAt(one, '2000.tar.gz')).equals(readFileSync(objectAt(other, '2000.tar.gz'))));
  },
);

storeTest('a metadata.db that is a file is taken too', async t => {
  const here = place(store());
  writeFiles(join(here.home, 'data/snapshots'), { '1/1/0': 'x', '2/1/0': 'y', 'metadata.db': 'a file' });
  await run(here);
  const names = execFileSync('tar', ['-tzf', objectAt(here, '1.tar.gz')], { encoding: 'utf8' });
  t.is(names, '1/\n1/1/\n1/1/0\nmetadata.db\n');
});

const nothing: readonly (readonly [what: string, files: Files, outcome: Upload['outcome']])[] = [
  ['no snapshot', {}, 'too few'],
  ['one snapshot, for it may be half written', { 'data/snapshots/1000/1/0': 'x' }, 'too few'],
  [
    'directories that are no heights',
    { 'data/snapshots/1000/1/0': 'x', 'data/snapshots/.restoring/x': 'x', 'data/snapshots/07/x': 'x' },
    'too few',
  ],
  [
    'what was uploaded already',
    {
      'data/snapshots/1000/1/0': 'x',
      'data/snapshots/2000/1/0': 'x',
      [state]: '{"lastUploadedHeight":1000,"lastUploadedAt":1}',
    },
    'already',
  ],
];
for (const [what, files, outcome] of nothing) {
  storeTest(`${what} is not uploaded`, async t => {
    const here = place(store());
    writeFiles(here.home, files);
    t.is((await run(here)).outcome, outcome);
    t.deepEqual(objects(here), []);
  });
}

storeTest('what the published sidecar noted counts, also without a time', async t => {
  const here = withSnapshots(place(store()));
  writeFiles(here.home, { [state]: '{"lastUploadedHeight":1999}' });
  t.deepEqual(await run(here), { outcome: 'uploaded', height: 2000 });
});

storeTest(
  'an upload that broke off goes on with the parts that are there, though seid has gone on meanwhile',
  async t => {
    const here = withSnapshots(place(store()), large);
    await refusesTheLast(here);
    t.deepEqual(objects(here), []);
    t.is((await unended(here)).length, 1);
    rmSync(join(here.home, 'data/snapshots/2000'), { recursive: true });
    writeFiles(join(here.home, 'data/snapshots'), {
      ...snapshotOf(4000),
      'metadata.db/000002.log': 'of 4000',
    });
    const again = partsSent(here, () => undefined);
    t.deepEqual(await run(here), { outcome: 'uploaded', height: 2000 });
    t.deepEqual(again, [4]);
    t.deepEqual(await unended(here), []);
    const restored = sidecarAt(temporaryDirectory('sei-home'), here.bucket);
    t.true((await restore(0, restored.context)).ok);
    t.is(statSync(join(restored.home, 'data/snapshots/2000/1/0')).size, large);
    t.is(readFileSync(join(restored.home, 'data/snapshots/metadata.db/000002.log'), 'utf8'), 'of 3000');
  },
);

storeTest('parts in the store that are of other content are sent again', async t => {
  const here = withSnapshots(place(store()), large);
  await refusesTheLast(here);
  const held = join(here.home, 'tmp/snapshot-upload/held/2000/1/0');
  rmSync(held);
  writeFiles('/', { [held.slice(1)]: noise(large, 'other') });
  const again = partsSent(here, () => undefined);
  await run(here);
  t.deepEqual(again.toSorted(), [1, 2, 3, 4]);
});

storeTest('an upload that somebody else ended is begun anew, with what is held', async t => {
  const here = withSnapshots(place(store()));
  partsSent(here, () => ({ status: 400, code: 'Odd' }));
  await t.throwsAsync(run(here));
  const begun = await readBegun(here.home);
  writeFiles(here.home, {
    'tmp/snapshot-upload/upload.json': JSON.stringify({ ...begun, uploadID: 'none-such' }),
  });
  partsSent(here, () => undefined);
  t.deepEqual(await run(here), { outcome: 'uploaded', height: 2000 });
});

storeTest(
  'an upload that is not done after a day is given up, its parts with it, for a newer height',
  async t => {
    const here = withSnapshots(place(store()));
    partsSent(here, () => ({ status: 400, code: 'Odd' }));
    await t.throwsAsync(run(here));
    writeFiles(join(here.home, 'data/snapshots'), snapshotOf(4000));
    partsSent(here, () => undefined);
    const later = sidecarAt(here.home, here.bucket, {}, () => new Date('2026-03-02T12:00:00Z'));
    const { snapshotBucket } = later.context.settings;
    t.deepEqual(await upload(snapshotBucket!, later.context), { outcome: 'uploaded', height: 3000 });
    t.deepEqual(await unended(here), []);
  },
);

storeTest('a task that is deleted ends, whatever it waits for, and leaves no part in the store', async t => {
  const here = withSnapshots(place(store()), large);
  const { ends } = await hanging(here);
  t.is((await unended(here)).length, 1);
  here.stop.abort();
  t.deepEqual(await ends, { ok: false, error: 'the upload of snapshots was stopped' });
  t.deepEqual(await unended(here), []);
  t.false(existsSync(join(here.home, 'tmp/snapshot-upload')));
});

storeTest('a sidecar that stops leaves the parts for its next start', async t => {
  const here = withSnapshots(place(store()), large);
  const { ends } = await hanging(here);
  here.stop.abort(new SidecarStops('the sidecar stops'));
  t.false((await ends).ok);
  t.is((await unended(here)).length, 1);
  const again = partsSent(here, () => undefined);
  const next = sidecarAt(here.home, here.bucket);
  t.deepEqual(await upload(next.context.settings.snapshotBucket!, next.context), {
    outcome: 'uploaded',
    height: 2000,
  });
  t.deepEqual(again, [3, 4]);
  t.deepEqual(await unended(here), []);
});

storeTest(
  'latest.txt is written once the archive is whole, and what is known here once both are',
  async t => {
    const here = withSnapshots(place(store()));
    store().faults.set(here.bucket, ({ path, method }) =>
      method === 'PUT' && path.includes('latest.txt') ? { status: 400, code: 'Odd' } : undefined,
    );
    await t.throwsAsync(run(here), { message: /latest\.txt/ });
    t.deepEqual(objects(here), ['2000.tar.gz']);
    t.false(existsSync(join(here.home, state)));
    store().faults.delete(here.bucket);
    t.deepEqual(await run(here), { outcome: 'uploaded', height: 2000 });
    t.deepEqual(objects(here), ['2000.tar.gz', 'latest.txt']);
  },
);

storeTest('it goes on for ever: after a failure in minutes, after an upload at the interval', async t => {
  const here = place(store(), { SEI_SNAPSHOT_UPLOAD_INTERVAL: '24h' });
  const pauses: number[] = [];
  const steps = [
    () => withSnapshots(here),
    () => partsSent(here, () => ({ status: 400, code: 'Odd' })),
    () => undefined,
    () => partsSent(here, () => undefined),
    () => undefined,
    () => here.stop.abort(),
  ];
  const outcome = await uploadInTurn(here.context, async minutes => {
    pauses.push(minutes / 60_000);
    if (pauses.length === 1) partsSent(here, () => ({ status: 400, code: 'Odd' }));
    steps[pauses.length - 1]?.();
    here.context.signal.throwIfAborted();
  });
  t.false(outcome.ok);
  // Too few, then three that fail, one that goes well, one with nothing new.
  t.deepEqual(pauses, [10, 1, 2, 4, 24 * 60, 24 * 60]);
  const metrics = await here.context.metrics.registry.metrics();
  const told = (name: string) =>
    new RegExp(`^sidecar_snapshot_upload_${name} (\\S+)$`, 'm').exec(metrics)?.[1];
  t.is(told('last_uploaded_height{chain="atlantic-2"}'), '2000');
  t.is(told('last_uploaded_timestamp_seconds{chain="atlantic-2"}'), `${+new Date(noon) / 1000}`);
  t.is(told('last_run_success_timestamp_seconds{chain="atlantic-2"}'), `${+new Date(noon) / 1000}`);
  t.is(told('outcome_total{chain="atlantic-2",outcome="error"}'), '3');
  t.is(told('outcome_total{chain="atlantic-2",outcome="noop"}'), '2');
  t.is(told('outcome_total{chain="atlantic-2",outcome="uploaded"}'), '1');
});

storeTest(
  'before there is anything to tell, no gauge says 0, and after a restart the last upload is told',
  async t => {
    const here = place(store());
    t.notRegex(await here.context.metrics.registry.metrics(), /^sidecar_snapshot_upload_.* 0$/m);
    writeFiles(here.home, { [state]: '{"lastUploadedHeight":1000,"lastUploadedAt":1700000000}' });
    await uploadInTurn(here.context, async () => {
      here.stop.abort();
      throw here.stop.signal.reason;
    });
    const metrics = await here.context.metrics.registry.metrics();
    t.regex(metrics, /^sidecar_snapshot_upload_last_uploaded_height{chain="atlantic-2"} 1000$/m);
  },
);

/** Four parts. */
const large = 50 * 1024 * 1024;

function withSnapshots(here: Place, bytes = 300_000): Place {
  writeFiles(join(here.home, 'data/snapshots'), {
    ...snapshotOf(1000),
    ...snapshotOf(2000),
    '2000/1/0': noise(bytes, '2000 0'),
    ...snapshotOf(3000),
  });
  return here;
}

function run({ context }: Place) {
  return upload(context.settings.snapshotBucket!, context);
}

/** The numbers of the parts sent from here on. */
function partsSent(here: Place, fault: (number: number) => Decided | Promise<Decided>): number[] {
  const sent: number[] = [];
  store().faults.set(here.bucket, ({ method, path }: Asked) => {
    const number = Number(/[?&]partNumber=(\d+)/.exec(path)?.[1]);
    if (method !== 'PUT' || !(number > 0)) return undefined;
    sent.push(number);
    return fault(number);
  });
  return sent;
}

/** Uploads until the first two parts are in the store and no more is answered. */
async function hanging(here: Place) {
  const { promise, resolve } = Promise.withResolvers<void>();
  partsSent(here, async number => {
    if (number < 3) return undefined;
    if (number === 4) resolve(await untilThere(here, 2));
    return 'silence';
  });
  const ends = uploadInTurn(here.context);
  await promise;
  return { ends };
}

/** What is sent of a part that is refused once the three before it are in the store. */
async function refusesTheLast(here: Place): Promise<void> {
  partsSent(here, async number => {
    if (number < 4) return undefined;
    await untilThere(here, 3);
    return { status: 400, code: 'Odd' };
  });
  await run(here).then(
    () => Promise.reject(new Error('nothing was refused')),
    () => undefined,
  );
}

/** The store has a part some time after it was sent it. */
async function untilThere(here: Place, parts: number): Promise<void> {
  const begun = await readBegun(here.home);
  const [client, named] = [
    s3Client('us-east-1'),
    { Bucket: here.bucket, Key: begun!.key, UploadId: begun!.uploadID },
  ];
  for (;;) {
    const { Parts = [] } = await client.send(new ListPartsCommand(named));
    if (Parts.length >= parts) break;
  }
  client.destroy();
}

async function unended({ bucket }: Place) {
  const client = s3Client('us-east-1');
  const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
  client.destroy();
  return Uploads;
}

function objects(here: Place): string[] {
  const directory = objectAt(here, '.');
  return existsSync(directory) ? readdirSync(directory).toSorted() : [];
}

function objectAt({ bucket }: Place, name: string): string {
  return join(store().root, bucket, 'atlantic-2/state-sync', name);
}
