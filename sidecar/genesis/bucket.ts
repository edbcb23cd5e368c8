import { GetObjectCommand } from '@aws-sdk/client-s3';
import { failure, type Result, success } from '../../core/result.ts';
import { collected } from '../http/collected.ts';
import { s3Client } from '../s3/client.ts';
import { answered, type Store, StoreFault, storeFault } from '../s3/store.ts';
import type { Bucket } from '../settings.ts';
import { longestGenesis } from './check.ts';

const timeout = 120_000;

/** Reads the genesis of a chain from the bucket, at CHAIN/genesis.json. @returns else why not. */
export async function readBucket(
  bucket: Bucket,
  chainID: string,
  signal: AbortSignal,
): Promise<Result<Buffer>> {
  const Key = `${chainID}/genesis.json`;
  const client = s3Client(bucket.region);
  const store: Store = {
    client,
    bucket,
    signal: AbortSignal.any([signal, AbortSignal.timeout(timeout)]),
  };
  try {
    const command = new GetObjectCommand({ Bucket: bucket.name, Key });
    const { Body } = await answered(store, Key, client.send(command, { abortSignal: store.signal }));
    const content = await collected(Body as AsyncIterable<Uint8Array>, longestGenesis);
    return content === undefined
      ? failure(`s3://${bucket.name}/${Key} is longer than ${longestGenesis} bytes`)
      : success(content);
  } catch (error) {
    const fault = error instanceof StoreFault ? error : storeFault(bucket, Key, error);
    return failure(fault.message);
  } finally {
    client.destroy();
  }
}
