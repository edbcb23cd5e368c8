import { createHash } from 'node:crypto';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { s3Client } from '../s3/client.ts';
import { answered, type Store } from '../s3/store.ts';
import type { Bucket } from '../settings.ts';
import type { TaskContext } from '../tasks/task.ts';
import { archiveOf } from './archive.ts';
import {
  type Begun,
  forgetBegun,
  heldDirectory,
  readBegun,
  readLastUpload,
  writeBegun,
  writeLastUpload,
} from './begun.ts';
import { heightToUpload, heldEntries, hold } from './files.ts';
import { keyOf, prefixOf } from './keys.ts';
import { abortMultipart, beginMultipart, isGone, partsThere, sendMultipart } from './multipart.ts';
import { partBytesFor } from './parts.ts';
import { startProgress } from './progress.ts';

/** What came of a try: `too few` snapshots are there to take one, or the one to take is in the store `already`. */
export type Upload = { readonly outcome: 'uploaded'; readonly height: number } | { readonly outcome: Noop };
export type Noop = 'too few' | 'already';

/**
 * Uploads a snapshot: the one whose upload was begun, else the second highest, where it is not there yet. latest.txt follows
 * the archive, and what is known here follows both.
 *
 * @throws a StoreFault, a fault of the file system, the signal's reason; the next try goes on with the parts that are there.
 */
export async function upload(bucket: Bucket, context: TaskContext): Promise<Upload> {
  const { home } = context.settings;
  const client = s3Client(bucket.region);
  try {
    const store: Store = { client, bucket, signal: context.signal };
    const { lastUploadedHeight: last } = await readLastUpload(home);
    const begun = (await goOn(bucket, last, context)) ?? (await begin(store, last, context));
    if (typeof begun === 'string') return { outcome: begun };
    await send(store, begun, context);
    await tellLatest(store, begun.height, context);
    await writeLastUpload(home, {
      lastUploadedHeight: begun.height,
      lastUploadedAt: Math.floor(+context.now() / 1000),
    });
    await forgetBegun(home);
    return { outcome: 'uploaded', height: begun.height };
  } finally {
    client.destroy();
  }
}

/**
 * Gives up what was begun: takes its parts out of the store, and lets go of the snapshot. Where the store refuses, the log
 * says so, and the rule of the bucket for multipart uploads that never ended is what remains.
 */
export async function giveUp({ log, settings }: TaskContext, signal: AbortSignal): Promise<void> {
  const begun = await readBegun(settings.home);
  if (begun === undefined) return forgetBegun(settings.home);
  const client = s3Client(begun.bucket.region);
  try {
    await abortMultipart({ client, bucket: begun.bucket, signal }, begun.key, begun.uploadID);
    log.info('the upload of a snapshot is given up', { key: begun.key });
  } catch (error) {
    log.error(error, 'parts of an upload stay in the bucket', { key: begun.key, uploadID: begun.uploadID });
  } finally {
    client.destroy();
  }
  await forgetBegun(settings.home);
}

const aDay = 24 * 3_600_000;

/** What was begun is ended first: a sidecar that starts anew every hour gets done too. It is given up after a day. */
async function goOn(bucket: Bucket, last: number, context: TaskContext): Promise<Begun | undefined> {
  const begun = await readBegun(context.settings.home);
  if (begun === undefined) return undefined;
  const isSame = begun.bucket.name === bucket.name && begun.bucket.region === bucket.region;
  if (isSame && begun.height > last && Math.abs(+context.now() - begun.begunAt) < aDay) return begun;
  await giveUp(context, context.signal);
  return undefined;
}

async function begin(store: Store, last: number, { settings, now }: TaskContext): Promise<Begun | Noop> {
  const { home, chainID } = settings;
  const height = await heightToUpload(home);
  if (height === undefined) return 'too few';
  if (height <= last) return 'already';
  const held = heldDirectory(home);
  await hold(home, height, held);
  const bytes = (await heldEntries(held, height)).reduce((sum, entry) => sum + entry.bytes, 0);
  return note(store, home, {
    bucket: store.bucket,
    key: keyOf(chainID, height),
    height,
    partBytes: partBytesFor(bytes),
    begunAt: +now(),
  });
}

async function note(store: Store, home: string, begun: Omit<Begun, 'uploadID'>): Promise<Begun> {
  const noted = { ...begun, uploadID: await beginMultipart(store, begun.key) };
  await writeBegun(home, noted);
  return noted;
}

async function send(store: Store, begun: Begun, context: TaskContext): Promise<void> {
  const { home } = context.settings;
  const held = heldDirectory(home);
  const entries = await heldEntries(held, begun.height);
  const bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0);
  context.log.info('a snapshot is uploaded', { key: begun.key, bytes });
  const there = await partsThere(store, begun).catch(error =>
    isGone(error) ? undefined : Promise.reject(error),
  );
  // Somebody else ended it: what is held is sent once more.
  const current = there === undefined ? await note(store, home, begun) : begun;
  const progress = startProgress(context, 'upload', bytes, 0);
  const archive = archiveOf(held, entries);
  try {
    await sendMultipart(store, current, archive, there ?? new Map(), progress);
  } finally {
    archive.destroy();
  }
}

async function tellLatest(store: Store, height: number, { settings }: TaskContext): Promise<void> {
  const Key = `${prefixOf(settings.chainID)}latest.txt`;
  const ContentMD5 = createHash('md5').update(String(height)).digest('base64');
  const latest = {
    Bucket: store.bucket.name,
    Key,
    Body: String(height),
    ContentType: 'text/plain',
    ContentMD5,
  };
  const request = store.client.send(new PutObjectCommand(latest), { abortSignal: store.signal });
  await answered(store, Key, request);
}
