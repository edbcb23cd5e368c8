import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { answered, type Store } from '../s3/store.ts';
import { abortMultipart, beginMultipart, sendMultipart } from '../snapshots/multipart.ts';
import { partBytesFor } from '../snapshots/parts.ts';

/**
 * Sends a file as an object, whole or not at all; of a long one some parts are in memory at once. What goes out from memory
 * the SDK can send again by itself, a stream it cannot.
 *
 * @throws a StoreFault, a fault of the file system, the signal's reason.
 */
export async function sendFile(store: Store, key: string, path: string): Promise<void> {
  const { size } = await stat(path);
  const partBytes = partBytesFor(size);
  if (size > partBytes) return sendParts(store, key, path, partBytes);
  const content = await readFile(path);
  const object = {
    Bucket: store.bucket.name,
    Key: key,
    Body: content,
    ContentType: 'application/gzip',
    ContentMD5: createHash('md5').update(content).digest('base64'),
  };
  await answered(store, key, store.client.send(new PutObjectCommand(object), { abortSignal: store.signal }));
}

async function sendParts(store: Store, key: string, path: string, partBytes: number): Promise<void> {
  const uploadID = await beginMultipart(store, key);
  const file = createReadStream(path);
  try {
    await sendMultipart(store, { key, uploadID, partBytes }, file, new Map(), { add: () => {} });
  } catch (error) {
    // Parts cost money; where they cannot be removed the bucket's rule for unended uploads does.
    await abortMultipart({ ...store, signal: AbortSignal.timeout(900) }, key, uploadID).catch(() => {});
    throw error;
  } finally {
    file.destroy();
  }
}
