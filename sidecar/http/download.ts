import { failure, type Result, success } from '../../core/result.ts';
import { collected } from './collected.ts';

export type DownloadLimits = {
  /** Bytes of the body, unpacked. */
  readonly longest: number;
  /** Milliseconds for all of it. */
  readonly timeout: number;
  /** How often it may be sent on to another place of the same scheme. */
  readonly redirects: number;
  readonly signal: AbortSignal;
};

/**
 * The body that a GET is answered with.
 *
 * @returns else why there is none, as a clause to follow the name of what was asked; nothing of the answer is in it.
 */
export async function download(url: URL, limits: DownloadLimits): Promise<Result<Buffer>> {
  const signal = AbortSignal.any([limits.signal, AbortSignal.timeout(limits.timeout)]);
  try {
    return await followed(url, limits, signal, limits.redirects);
  } catch (error) {
    if (limits.signal.aborted) return failure('was not waited for: the task was cut off');
    if (signal.aborted) return failure(`gave no whole answer within ${limits.timeout / 1000} s`);
    return failure(`cannot be read (${codeOf(error)})`);
  }
}

async function followed(
  url: URL,
  limits: DownloadLimits,
  signal: AbortSignal,
  redirects: number,
): Promise<Result<Buffer>> {
  const response = await fetch(url, { redirect: 'manual', signal });
  const location = response.headers.get('location');
  if (response.status >= 300 && response.status < 400 && location) {
    await response.body?.cancel();
    const next = URL.parse(location, url);
    if (next?.protocol !== url.protocol) return failure('sends on to another scheme, which is not followed');
    // fetch refuses it too, in words that repeat it.
    if (next.username || next.password)
      return failure('sends on with a user or password, which is not followed');
    if (redirects === 0) return failure('sends on to another place once too often');
    return followed(next, limits, signal, redirects - 1);
  }
  if (response.ok) {
    const body = await collected(response.body ?? [], limits.longest);
    return body === undefined ? failure(`is longer than ${limits.longest} bytes`) : success(body);
  }
  await response.body?.cancel();
  return failure(`answers with status ${response.status}`);
}

/** fetch says only that it failed; its cause says why. */
function codeOf(error: unknown): string {
  const { cause = error } = error as { cause?: unknown };
  const { code, message = 'fault' } = cause as { code?: string; message?: string };
  return code ?? message;
}
