import { createHash } from 'node:crypto';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { failure, type Result, success } from '../../core/result.ts';
import { collected } from '../http/collected.ts';
import type { Bucket } from '../settings.ts';
import { s3Client } from './client.ts';
import { answered, type Store, StoreFault, storeFault } from './store.ts';

const timeout = 120_000;

/** Reads a small object. @param longest in bytes. @returns else why not. */
export function readObject(
  bucket: Bucket,
  Key: string,
  longest: number,
  signal: AbortSignal,
): Promise<Result<Buffer>> {
  return asked(bucket, Key, signal, async store => {
    const command = new GetObjectCommand({ Bucket: bucket.name, Key });
    const { Body } = await answered(store, Key, store.client.send(command, { abortSignal: store.signal }));
    const content = await collected(Body as AsyncIterable<Uint8Array>, longest);
    return content === undefined
      ? failure(`s3://${bucket.name}/${Key} is longer than ${longest} bytes`)
      : success(content);
  });
}

/** Writes a JSON text as an object, in the place of the one that is there. @returns else why not. */
export function writeObject(
  bucket: Bucket,
  Key: string,
  Body: string,
  signal: AbortSignal,
): Promise<Result<undefined>> {
  return asked(bucket, Key, signal, async store => {
    const ContentMD5 = createHash('md5').update(Body).digest('base64');
    const object = { Bucket: bucket.name, Key, Body, ContentType: 'application/json', ContentMD5 };
    const command = new PutObjectCommand(object);
    await answered(store, Key, store.client.send(command, { abortSignal: store.signal }));
    return success(undefined);
  });
}

async function asked<T>(
  bucket: Bucket,
  key: string,
  signal: AbortSignal,
  ask: (store: Store) => Promise<Result<T>>,
): Promise<Result<T>> {
  const client = s3Client(bucket.region);
  try {
    return await ask({ client, bucket, signal: AbortSignal.any([signal, AbortSignal.timeout(timeout)]) });
  } catch (error) {
    const fault = error instanceof StoreFault ? error : storeFault(bucket, key, error);
    return failure(fault.message);
  } finally {
    client.destroy();
  }
}
