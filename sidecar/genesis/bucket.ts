import { GetObjectCommand } from '@aws-sdk/client-s3';
import { failure, type Result, success } from '../../core/result.ts';
import { s3Client } from '../s3/client.ts';
import type { Bucket } from '../settings.ts';
import { longestGenesis } from './check.ts';

const timeout = 120_000;

/** Reads the genesis of a chain from the bucket, at CHAIN/genesis.json. @returns else why not. */
export async function readBucket(
  bucket: Bucket,
  chainID: string,
  signal: AbortSignal,
): Promise<Result<Buffer>> {
  const [Key, name] = [`${chainID}/genesis.json`, `s3://${bucket.name}/${chainID}/genesis.json`];
  const client = s3Client(bucket.region);
  const abortSignal = AbortSignal.any([signal, AbortSignal.timeout(timeout)]);
  try {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket.name, Key }), { abortSignal });
    const content = await collected(Body as AsyncIterable<Uint8Array>);
    return content === undefined
      ? failure(`${name} is longer than ${longestGenesis} bytes`)
      : success(content);
  } catch (error) {
    const { name: what = 'fault', $metadata } = error as {
      name?: string;
      $metadata?: { httpStatusCode?: number };
    };
    const status = $metadata?.httpStatusCode;
    return failure(`${name} cannot be read: ${what}${status === undefined ? '' : `, status ${status}`}`);
  } finally {
    client.destroy();
  }
}

async function collected(body: AsyncIterable<Uint8Array>): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > longestGenesis) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
