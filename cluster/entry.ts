import { resolve } from 'node:path';
import { decodeBase64 } from '../core/base64.ts';
import type { Fields } from '../core/schema/structural.ts';
import { readBoundedFile, whyUnread } from './bounded.ts';
import { ClusterError } from './error.ts';

/** A named entry of a kubeconfig, and the file it stands in: relative paths begin there. */
export type Entry = { readonly fields: Fields; readonly file: string };

/**
 * A text field of an entry; undefined where it is absent or empty.
 *
 * @param place what the entry is, for the error. @throws ClusterError where it is no text.
 */
export function textOf({ fields, file }: Entry, key: string, place: string): string | undefined {
  const value = fields[key] ?? '';
  if (typeof value !== 'string') {
    // A value may be a token that looks like a number.
    throw new ClusterError(
      `${place ? `${place}.` : ''}${key} of the kubeconfig ${file} must be a string: quote it`,
    );
  }
  return value === '' ? undefined : value;
}

/** What the file holds that a field names; undefined where it names none. @throws ClusterError where it cannot be read. */
export function fileOf(entry: Entry, key: string, place: string): Buffer | undefined {
  const path = textOf(entry, key, place);
  if (path === undefined) return undefined;
  const file = resolve(entry.file, '..', path);
  try {
    return readBoundedFile(file);
  } catch (error) {
    throw new ClusterError(
      `${place}: the ${key} ${file} of the kubeconfig ${entry.file} ${whyUnread(error)}`,
    );
  }
}

/** `KEY-data` decoded, else the file that `KEY` names; as in client-go the data outranks the file. @throws ClusterError */
export function dataOf(entry: Entry, key: string, place: string): Buffer | undefined {
  const data = textOf(entry, `${key}-data`, place);
  const decoded = data === undefined ? undefined : decodeBase64(data);
  if (data !== undefined && decoded === undefined) {
    throw new ClusterError(`${place}: ${key}-data of the kubeconfig ${entry.file} is not base64`);
  }
  return decoded ?? fileOf(entry, key, place);
}

/** A text as the bytes of a header, UTF-8 as in Go. @param what names it, for the error. @throws ClusterError for a line break and its like. */
export function headerValue(text: string, what: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what a header must not hold.
  if (/[\x00-\x08\x0a-\x1f\x7f]/.test(text)) {
    throw new ClusterError(
      `${what} holds a line break or another control character: write it on one line, without | or >`,
    );
  }
  return Buffer.from(text).toString('latin1');
}
