import { decodeBase64 } from './base64.ts';
import { latin1, utf8 } from './text.ts';

/** One PEM block (RFC 7468): its label and its decoded content. Its headers (RFC 1421 §4.6) are read past. */
export type PEMBlock = { readonly type: string; readonly bytes: Uint8Array };

/** Our own ceiling: room for any chain that TLS can send (MAX_CERTIFICATE_OCTETS), a third longer in base64. */
export const MAX_PEM_OCTETS = 2 ** 25;

/**
 * Every block Go's encoding/pem finds, in order; none in a text above MAX_PEM_OCTETS. BEGIN has to start a line and END
 * has to end one with BEGIN's label; a block that breaks a rule, or whose base64 does, is skipped without a word, and
 * so is all other text.
 */
export function decodePEM(data: Uint8Array): PEMBlock[] {
  if (data.length > MAX_PEM_OCTETS) return [];
  const text = latin1(data);
  const blocks: PEMBlock[] = [];
  let at = 0;
  while (at >= 0) {
    const found = nextBlock(text, at);
    if (found.block) blocks.push(found.block);
    at = found.next;
  }
  return blocks;
}

type Line = { readonly text: string; readonly next: number };
// Where to look for the next block, -1 to stop.
type Found = { readonly block?: PEMBlock; readonly next: number };

const BEGIN = '-----BEGIN ';
const END = '\n-----END ';
const DASHES = '-----';

// Tries the text between `from` and the next END line: the last BEGIN before it opens the block.
function nextBlock(text: string, from: number): Found {
  const end = text.indexOf(END, from);
  if (end < 0) return { next: -1 };
  const skip = { next: end + END.length };
  // Of the slice only: a search that ran back to the start of the text each time would never end.
  const begin = text.slice(from, end).lastIndexOf(BEGIN) + from;
  if (begin < from || (begin > from && text[begin - 1] !== '\n')) return skip;
  const opening = line(text, begin + BEGIN.length);
  if (!opening.text.endsWith(DASHES)) return skip;
  const body = pastHeaders(text, opening.next);
  // Go gives up on the whole rest where a header runs past the END line or the text ends in headers.
  if (body >= text.length || body > skip.next) return { next: -1 };
  if (body > opening.next && body > end) return skip;
  return readBlock(text, opening.text.slice(0, -DASHES.length), body, end) ?? skip;
}

// Every line with a colon in it is a header.
function pastHeaders(text: string, from: number): number {
  let at = from;
  while (at < text.length) {
    const { text: header, next } = line(text, at);
    if (!header.includes(':')) break;
    at = next;
  }
  return at;
}

// `end` is the offset of the newline before END; an empty block shares it with its BEGIN line.
function readBlock(text: string, label: string, body: number, end: number): Found | undefined {
  const closing = label + DASHES;
  const trailer = end + END.length;
  if (!text.startsWith(closing, trailer)) return undefined;
  const rest = line(text, trailer + closing.length);
  if (rest.text !== '') return undefined;
  const bytes = decodeBase64(text.slice(Math.min(body, end), end));
  return bytes && { block: { type: utf8(Buffer.from(label, 'latin1')), bytes }, next: rest.next };
}

// A line without its ending and trailing blanks.
function line(text: string, from: number): Line {
  const newline = text.indexOf('\n', from);
  let end = newline < 0 ? text.length : newline;
  const next = newline < 0 ? text.length : newline + 1;
  if (newline > from && text[end - 1] === '\r') end--;
  while (end > from && (text[end - 1] === ' ' || text[end - 1] === '\t')) end--;
  return { text: text.slice(from, end), next };
}
