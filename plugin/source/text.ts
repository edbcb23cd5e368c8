import { isUtf8 } from 'node:buffer';
import { failure, type Result, success } from '../../core/result.ts';

/** The text of a manifest: UTF-8, a byte order mark accepted; else one clause saying what it is instead. */
export function decodeText(bytes: Uint8Array): Result<string> {
  if (startsWith(bytes, 0xff, 0xfe) || startsWith(bytes, 0xfe, 0xff))
    return failure('is UTF-16: save it as UTF-8');
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.includes(0)) return failure('is binary: a manifest is UTF-8 text, YAML or JSON');
  if (!isUtf8(buffer)) return failure(`is not valid UTF-8 (line ${badLine(buffer)}): save it as UTF-8`);
  const text = buffer.toString('utf8');
  return success(text.startsWith('\ufeff') ? text.slice(1) : text);
}

/** The number of line ends in `text` from `start` up to `end`. */
export function countLines(text: string, start: number, end: number): number {
  // A search in the whole text would run on to its next line end, which may be megabytes away.
  const part = text.slice(start, Math.max(start, end));
  let lines = 0;
  for (let at = part.indexOf('\n'); at >= 0; at = part.indexOf('\n', at + 1)) lines += 1;
  return lines;
}

function startsWith(bytes: Uint8Array, first: number, second: number): boolean {
  return bytes[0] === first && bytes[1] === second;
}

function badLine(buffer: Buffer): number {
  let line = 1;
  for (let start = 0; start < buffer.length; line += 1) {
    const end = buffer.indexOf(10, start) + 1 || buffer.length;
    if (!isUtf8(buffer.subarray(start, end))) return line;
    start = end;
  }
  return line;
}
