import { failure, type Result } from '../../core/result.ts';
import { download } from '../http/download.ts';
import { longestGenesis } from './check.ts';

const timeout = 120_000;

/**
 * Reads a genesis from a URL. Without TLS anyone on the way could give another, so there its digest must be known.
 *
 * @returns else why not, the URL without its query, which may hold a signature.
 */
export async function readURL(
  text: string,
  hasDigest: boolean,
  signal: AbortSignal,
): Promise<Result<Buffer>> {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) return failure('url is no URL of https');
  const name = `url ${url.origin}${url.pathname}`;
  if (url.username || url.password)
    return failure(`${name} holds a user or password, which would be stored with the task`);
  if (url.protocol === 'http:' && !hasDigest) {
    return failure(`${name} has no TLS; give https, or expectedGenesisHash with it`);
  }
  const content = await download(url, { longest: longestGenesis, timeout, redirects: 5, signal });
  return content.ok ? content : failure(`${name} ${content.error}`);
}
