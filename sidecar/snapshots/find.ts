import { ListObjectsV2Command, type _Object as StoredObject } from '@aws-sdk/client-s3';
import { failure, type Result, success } from '../../core/result.ts';
import { answered, type Store } from '../s3/store.ts';
import { heightIn, prefixOf } from './keys.ts';

/** An archive in the store, as it was when it was listed. */
export type Archive = {
  readonly key: string;
  readonly height: number;
  readonly bytes: number;
  /** What it is asked for by, so that what comes is of one writing. */
  readonly etag: string;
};

/**
 * Finds the archive of the highest height in a listing of all, up to a height where one is given. latest.txt is not
 * asked: it may lag behind, and whoever wants the highest wants what is there.
 *
 * @param targetHeight 0 for the highest. @throws a StoreFault, or the signal's reason.
 */
export async function findArchive(
  store: Store,
  chainID: string,
  targetHeight: number,
): Promise<Result<Archive>> {
  const prefix = prefixOf(chainID);
  let best: Archive | undefined;
  for await (const object of listed(store, prefix)) {
    const archive = archiveOf(object, prefix);
    if (archive === undefined || (targetHeight > 0 && archive.height > targetHeight)) continue;
    if (best === undefined || archive.height > best.height) best = archive;
  }
  if (best) return success(best);
  const wanted = targetHeight > 0 ? ` at or below height ${targetHeight}` : '';
  return failure(
    `there is no snapshot${wanted} in s3://${store.bucket.name}/${prefix} in ${store.bucket.region}; ` +
      'upload one, or ask for a height that is there',
  );
}

async function* listed(store: Store, prefix: string): AsyncGenerator<StoredObject> {
  let ContinuationToken: string | undefined;
  do {
    const page = new ListObjectsV2Command({ Bucket: store.bucket.name, Prefix: prefix, ContinuationToken });
    const answer = await answered(store, prefix, store.client.send(page, { abortSignal: store.signal }));
    yield* answer.Contents ?? [];
    ContinuationToken = answer.IsTruncated ? answer.NextContinuationToken : undefined;
  } while (ContinuationToken !== undefined);
}

function archiveOf({ Key: key = '', Size: bytes = 0, ETag: etag }: StoredObject, prefix: string) {
  const height = key.endsWith('.tar.gz') ? heightIn(key.slice(prefix.length, -'.tar.gz'.length)) : undefined;
  return height !== undefined && etag !== undefined ? { key, height, bytes, etag } : undefined;
}
