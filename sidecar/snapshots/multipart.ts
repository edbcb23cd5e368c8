import { createHash } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListPartsCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { answered, type Store, StoreFault } from '../s3/store.ts';
import { type Part, partsOf } from './parts.ts';
import type { Progress } from './progress.ts';

/** A multipart upload in the store. */
export type Multipart = { readonly key: string; readonly uploadID: string; readonly partBytes: number };

/** How many parts are on their way at once, each of them in memory. */
const atOnce = 3;

/** Begins one. @throws a StoreFault, or the signal's reason. */
export async function beginMultipart(store: Store, key: string): Promise<string> {
  const command = new CreateMultipartUploadCommand({
    Bucket: store.bucket.name,
    Key: key,
    ContentType: 'application/gzip',
  });
  const { UploadId } = await answered(store, key, store.client.send(command, { abortSignal: store.signal }));
  if (UploadId === undefined)
    throw new StoreFault('NoUploadId', 200, `${key}: the store gave the upload no id`);
  return UploadId;
}

/** The ETags of the parts that are there, by number. @throws a StoreFault, or the signal's reason. */
export async function partsThere(store: Store, { key, uploadID }: Multipart): Promise<Map<number, string>> {
  const there = new Map<number, string>();
  let PartNumberMarker: string | undefined;
  do {
    const page = { Bucket: store.bucket.name, Key: key, UploadId: uploadID, PartNumberMarker };
    const request = store.client.send(new ListPartsCommand(page), { abortSignal: store.signal });
    const answer = await answered(store, key, request);
    for (const { PartNumber, ETag } of answer.Parts ?? []) there.set(PartNumber ?? 0, ETag ?? '');
    PartNumberMarker = answer.IsTruncated ? answer.NextPartNumberMarker : undefined;
  } while (PartNumberMarker !== undefined);
  return there;
}

/**
 * Sends a stream part by part and makes an object of them. A part that is there already, as its MD5 tells, is not sent
 * again; where the store has other ETags than MD5 (SSE-KMS) every part is.
 *
 * @throws a StoreFault, what the stream fails with, the signal's reason; the parts are in the store then.
 */
export async function sendMultipart(
  store: Store,
  upload: Multipart,
  stream: AsyncIterable<Uint8Array>,
  there: ReadonlyMap<number, string>,
  progress: Progress,
): Promise<void> {
  const failed = new AbortController();
  const sending: Store = { ...store, signal: AbortSignal.any([store.signal, failed.signal]) };
  const sent: Promise<CompletedPart>[] = [];
  const underway = new Set<Promise<unknown>>();
  try {
    for await (const part of partsOf(stream, upload.partBytes)) {
      const sends = sendPart(sending, upload, part, there, progress);
      sent.push(sends);
      const ends = sends.catch(error => failed.abort(error)).finally(() => underway.delete(ends));
      underway.add(ends);
      if (underway.size >= atOnce) await Promise.race(underway);
      sending.signal.throwIfAborted();
    }
    await complete(store, upload, await Promise.all(sent));
  } finally {
    failed.abort(new Error('the upload has ended'));
    await Promise.all(underway);
  }
}

/** Takes the parts away, for they cost money. @throws a StoreFault, or the signal's reason. */
export async function abortMultipart(store: Store, key: string, uploadID: string): Promise<void> {
  const { client, bucket, signal: abortSignal } = store;
  const command = new AbortMultipartUploadCommand({ Bucket: bucket.name, Key: key, UploadId: uploadID });
  await answered(store, key, client.send(command, { abortSignal })).catch(error => {
    if (!isGone(error)) throw error;
  });
}

/** Whether the store knows of no such upload, or not any more. */
export function isGone(error: unknown): boolean {
  return error instanceof StoreFault && error.code === 'NoSuchUpload';
}

async function sendPart(
  store: Store,
  { key, uploadID }: Multipart,
  { number, bytes }: Part,
  there: ReadonlyMap<number, string>,
  progress: Progress,
): Promise<CompletedPart> {
  const md5 = createHash('md5').update(bytes).digest();
  const etag = `"${md5.toString('hex')}"`;
  const { client, bucket, signal: abortSignal } = store;
  const place = { Bucket: bucket.name, Key: key, UploadId: uploadID, PartNumber: number };
  const send = async () => {
    const part = new UploadPartCommand({ ...place, Body: bytes, ContentMD5: md5.toString('base64') });
    return (await answered(store, key, client.send(part, { abortSignal }))).ETag;
  };
  const ETag = there.get(number) === etag ? etag : await send();
  progress.add(bytes.length);
  return { PartNumber: number, ETag };
}

async function complete(store: Store, { key, uploadID }: Multipart, Parts: CompletedPart[]): Promise<void> {
  const named = { Bucket: store.bucket.name, Key: key, UploadId: uploadID, MultipartUpload: { Parts } };
  const request = store.client.send(new CompleteMultipartUploadCommand(named), { abortSignal: store.signal });
  await answered(store, key, request);
}
