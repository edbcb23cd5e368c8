import { join } from 'node:path';
import { failure, type Result, success } from '../../core/result.ts';
import { checkGenesis, expectedGenesis, longestGenesis } from '../genesis/check.ts';
import { readEmbedded, readWithin } from '../genesis/local.ts';
import { readURL } from '../genesis/url.ts';
import { isMarked, mark } from '../home/markers.ts';
import { replaceFile } from '../home/replace-file.ts';
import type { Settings } from '../settings.ts';
import type { TaskKind } from './task.ts';

type Params = { readonly file?: string; readonly url?: string; readonly expectedGenesisHash?: string };

/** A genesis, and where it is from, to begin a message with. */
type Found = { readonly content: Uint8Array; readonly from: string };

/**
 * Puts the chain's genesis.json in its place, of the first source that there is: the file or URL that is asked for, that
 * which came with the sidecar, the bucket. What does not fit is not put there, whatever source it is of.
 *
 * @param embedded the directory of those that came with the sidecar, as CHAIN.json.
 */
export function configureGenesis(embedded: string): TaskKind {
  return {
    params: {
      type: 'object',
      additionalProperties: false,
      properties: {
        file: { type: 'string', description: 'An absolute path below SEI_HOME.' },
        url: { type: 'string', description: 'https; http only where the digest is known.' },
        expectedGenesisHash: {
          type: 'string',
          pattern: '^([0-9a-fA-F]{64})?$',
          description: 'SHA-256 of genesis.json in hexadecimal, without a prefix.',
        },
      },
    },
    exclusive: true,
    run: async (params, { settings, signal, log }) => {
      const { home, chainID } = settings;
      if (isMarked(home, 'genesis')) return success(undefined);
      const expected = expectedGenesis(chainID, (params as Params).expectedGenesisHash);
      const found = await find(params as Params, embedded, settings, expected.digests.length > 0, signal);
      if (!found.ok) return found;
      const { content, from } = found.value;
      const checked = checkGenesis(content, expected);
      if (!checked.ok) return failure(`${from} ${checked.error}`);
      // In the place of what seid init has left, which is of a chain of its own.
      await replaceFile(join(home, 'config', 'genesis.json'), content);
      await mark(home, 'genesis');
      log.info('the genesis is in its place', { from });
      return success(undefined);
    },
  };
}

async function find(
  { file, url }: Params,
  embedded: string,
  { home, chainID, genesisBucket }: Settings,
  hasDigest: boolean,
  signal: AbortSignal,
): Promise<Result<Found>> {
  if (file && url) return failure('file and url are both given; give one of them');
  if (file) {
    const content = await readWithin(file, [home, embedded]);
    return content.ok ? success({ content: content.value, from: file }) : failure(`${file} ${content.error}`);
  }
  if (url) return named(await readURL(url, hasDigest, signal), 'the genesis at url');
  const own = await readEmbedded(embedded, chainID);
  if (own) return success({ content: own, from: 'the genesis that came with this sidecar' });
  if (genesisBucket) {
    // The SDK of S3 takes longer to load than all the rest.
    const { readObject } = await import('../s3/objects.ts');
    const key = `${chainID}/genesis.json`;
    const content = await readObject(genesisBucket, key, longestGenesis, signal);
    return named(content, `${key} in bucket ${genesisBucket.name}`);
  }
  return failure(
    `there is no genesis of ${chainID}: none came with this sidecar and SEI_GENESIS_BUCKET is not set; give file or url`,
  );
}

function named(content: Result<Buffer>, from: string): Result<Found> {
  return content.ok ? success({ content: content.value, from }) : content;
}
