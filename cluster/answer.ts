import { parseJSON } from '../core/json.ts';
import { type Fields, isFields } from '../core/schema/structural.ts';
import { ClusterError } from './error.ts';
import { notKubernetes, statusError } from './explain.ts';
import type { AnyRequest } from './resource.ts';
import type { Answer } from './transport.ts';

type Head = Pick<Answer, 'status' | 'headers'>;

/** The object that an answer of 2xx holds. @throws ClusterError for every other answer. */
export function decodeAnswer(
  { status, headers }: Head,
  text: string,
  request: AnyRequest,
  where: string,
): Fields {
  const value = parseJSON(text);
  const contentType = headers['content-type'] ?? '';
  const retryAfter = pauseOf({ status, headers });
  const isGood = status >= 200 && status < 300;
  if (isGood && isFields(value)) {
    return value;
  }
  // An API server says some refusals in plain text.
  const isPlain = status >= 400 && /^text\/plain/.test(contentType);
  if (!isFields(value) && !isPlain && !/json/.test(contentType)) {
    throw notKubernetes(where, status, contentType, retryAfter);
  }
  if (isGood) {
    throw new ClusterError(
      `${where} sends broken JSON (${text.length} characters): something between may cut it, try again`,
    );
  }
  throw statusError(status, isFields(value) ? value : undefined, request, where, retryAfter);
}

/** Milliseconds after which a busy server wants to be asked again; undefined where it does not. */
export function pauseOf({ status, headers }: Head): number | undefined {
  const [, seconds] = /^(\d+)$/.exec(String(headers['retry-after'])) ?? [];
  return (status === 429 || status >= 500) && seconds !== undefined
    ? Math.min(Number(seconds), 10) * 1000
    : undefined;
}
