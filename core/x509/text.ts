import { isUtf8 } from 'node:buffer';
import type { DER } from './der.ts';
import { BMP_STRING, IA5_STRING, NUMERIC_STRING, PRINTABLE_STRING, T61_STRING, UTF8_STRING } from './tags.ts';

/** Octets as lower-case hex. */
export function hex(bytes: Uint8Array): string {
  return asBuffer(bytes).toString('hex');
}

/** Octets as text, one character an octet. */
export function latin1(bytes: Uint8Array): string {
  return asBuffer(bytes).toString('latin1');
}

/** Octets as UTF-8 text, a replacement character where they are none. */
export function utf8(bytes: Uint8Array): string {
  return asBuffer(bytes).toString('utf8');
}

/** Whether every octet is ASCII, the reading of IA5String in RFC 5280 §4.2.1.6. */
export function isASCII(bytes: Uint8Array): boolean {
  for (let i = 0; i < bytes.length; i++) if (bytes[i]! > 0x7f) return false;
  return true;
}

/** What is wrong with an attribute value of a name, undefined for a string of a known type that keeps its rules. */
export function badString(value: DER): string | undefined {
  const type = types.get(value.tag);
  if (!type) return `unsupported string type 0x${value.tag.toString(16)}`;
  return type.holds(value.content) ? undefined : `invalid ${type.name}`;
}

/** The text of an attribute value that `badString` accepted. */
export function stringText(value: DER): string {
  if (value.tag === UTF8_STRING) return utf8(value.content);
  return value.tag === BMP_STRING ? bmpText(value.content) : latin1(value.content);
}

type StringType = { readonly name: string; readonly holds: (content: Uint8Array) => boolean };

const types: ReadonlyMap<number, StringType> = new Map([
  [UTF8_STRING, { name: 'UTF8String', holds: isUtf8 }],
  [PRINTABLE_STRING, { name: 'PrintableString', holds: isPrintable }],
  [IA5_STRING, { name: 'IA5String', holds: isASCII }],
  [NUMERIC_STRING, { name: 'NumericString', holds: isNumeric }],
  [BMP_STRING, { name: 'BMPString', holds: isBMP }],
  // T.61 is read as Latin-1, where every octet has a meaning.
  [T61_STRING, { name: 'T61String', holds: () => true }],
]);

// X.680 §41.4, and `*` and `&`, which real certificates carry.
const printable = new Set(
  Buffer.from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 '()+,-./:=?*&"),
);

function isPrintable(content: Uint8Array): boolean {
  for (let i = 0; i < content.length; i++) if (!printable.has(content[i]!)) return false;
  return true;
}

function isNumeric(content: Uint8Array): boolean {
  return content.every(octet => octet === 0x20 || (octet >= 0x30 && octet <= 0x39));
}

function isBMP(content: Uint8Array): boolean {
  if (content.length % 2 !== 0) return false;
  for (let i = 0; i < bmpEnd(content); i += 2) {
    const point = content[i]! * 256 + content[i + 1]!;
    if (point >= 0xfffe || (point >= 0xfdd0 && point <= 0xfdef) || (point >= 0xd800 && point <= 0xdfff)) {
      return false;
    }
  }
  return true;
}

function bmpText(content: Uint8Array): string {
  return Buffer.from(content.subarray(0, bmpEnd(content)))
    .swap16()
    .toString('utf16le');
}

// One terminating zero is dropped.
function bmpEnd(content: Uint8Array): number {
  const end = content.length;
  return end >= 2 && content[end - 1] === 0 && content[end - 2] === 0 ? end - 2 : end;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
