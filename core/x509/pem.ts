import { decodeBase64 } from './base64.ts';
import { utf8 } from './text.ts';

/** One PEM block: its label, its headers (RFC 1421 §4.6; the last of a name counts), its decoded content. */
export type PEMBlock = {
  readonly type: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly bytes: Uint8Array;
};

/**
 * Every block Go's encoding/pem finds, in order. BEGIN has to start a line and END has to end one with BEGIN's label;
 * a block that breaks a rule, or whose base64 does, is skipped without a word, and so is all other text.
 */
export function decodePEM(data: Uint8Array): PEMBlock[] {
  const text = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const blocks: PEMBlock[] = [];
  let at = 0;
  while (at >= 0) {
    const found = nextBlock(text, at);
    if (found.block) blocks.push(found.block);
    at = found.next;
  }
  return blocks;
}

type Line = { readonly text: Buffer; readonly next: number };
// Where to look for the next block, -1 to stop.
type Found = { readonly block?: PEMBlock; readonly next: number };
type Headers = { readonly map: Map<string, string>; readonly at: number };

const BEGIN = Buffer.from('-----BEGIN ');
const END = Buffer.from('\n-----END ');
const DASHES = '-----';

// Tries the text between `from` and the next END line: the last BEGIN before it opens the block.
function nextBlock(data: Buffer, from: number): Found {
  const end = data.indexOf(END, from);
  if (end < 0) return { next: -1 };
  const skip = { next: end + END.length };
  const begin = data.subarray(from, end).lastIndexOf(BEGIN) + from;
  if (begin < from || (begin > from && data[begin - 1] !== NEWLINE)) return skip;
  const label = line(data, begin + BEGIN.length);
  if (!label.text.subarray(-5).equals(Buffer.from(DASHES))) return skip;
  const headers = readHeaders(data, label.next);
  // Go gives up on the whole rest where a header runs past the END line or the text ends in headers.
  if (headers.at >= data.length || headers.at > skip.next) return { next: -1 };
  if (headers.map.size > 0 && headers.at > end) return skip;
  return readBody(data, label.text.subarray(0, -5), headers, end) ?? skip;
}

function readHeaders(data: Buffer, from: number): Headers {
  const map = new Map<string, string>();
  let at = from;
  while (at < data.length) {
    const { text, next } = line(data, at);
    const colon = text.indexOf(COLON);
    if (colon < 0) break;
    map.set(trimmed(text.subarray(0, colon)), trimmed(text.subarray(colon + 1)));
    at = next;
  }
  return { map, at };
}

// `end` is the offset of the newline before END; an empty block shares it with its BEGIN line.
function readBody(data: Buffer, label: Buffer, headers: Headers, end: number): Found | undefined {
  const trailer = end + END.length;
  const after = trailer + label.length + DASHES.length;
  const closing = Buffer.concat([label, Buffer.from(DASHES)]);
  if (!data.subarray(trailer, after).equals(closing)) return undefined;
  const rest = line(data, after);
  if (rest.text.length > 0) return undefined;
  const bytes = end > headers.at ? decodeBase64(data.subarray(headers.at, end)) : new Uint8Array();
  return bytes && { block: { type: utf8(label), headers: headers.map, bytes }, next: rest.next };
}

const NEWLINE = 0x0a;
const COLON = 0x3a;

// A line without its ending and trailing blanks.
function line(data: Buffer, from: number): Line {
  const newline = data.indexOf(NEWLINE, from);
  let end = newline < 0 ? data.length : newline;
  const next = newline < 0 ? data.length : newline + 1;
  if (newline > from && data[end - 1] === 0x0d) end--;
  while (end > from && (data[end - 1] === 0x20 || data[end - 1] === 0x09)) end--;
  return { text: data.subarray(from, end), next };
}

function trimmed(text: Buffer): string {
  const characters = utf8(text);
  let [start, end] = [0, characters.length];
  while (start < end && isSpace(characters[start]!)) start++;
  while (end > start && isSpace(characters[end - 1]!)) end--;
  return characters.slice(start, end);
}

function isSpace(character: string): boolean {
  return /\p{White_Space}/u.test(character);
}
