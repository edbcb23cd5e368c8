import type { DER } from './der.ts';
import { BIT_STRING, BOOLEAN, INTEGER, OBJECT_IDENTIFIER } from './tags.ts';

/** A BIT STRING: whole octets and how many low bits of the last one are padding (0 to 7). */
export type BitString = { readonly bytes: Uint8Array; readonly unused: number };

/** Reads a BOOLEAN: 00 or ff and nothing else (X.690 §11.1). */
export function readBoolean(from: DER): boolean | undefined {
  const value = from.read(BOOLEAN);
  const octet = value?.size === 1 ? value.bytes[value.start]! : -1;
  return octet === 0 ? false : octet === 0xff ? true : undefined;
}

/** Reads an INTEGER of any size, in its shortest form (X.690 §8.3.2), under `tag`. */
export function readInteger(from: DER, tag: number = INTEGER): DER | undefined {
  const value = from.read(tag);
  return value && isShortest(value.bytes, value.start, value.end) ? value : undefined;
}

/** Whether these octets are an INTEGER's shortest form: at least one, no needless sign octet. */
export function isShortest(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < 2) return end > start;
  const lead = bytes[start]! * 2 + (bytes[start + 1]! >> 7);
  return lead !== 0 && lead !== 511;
}

/** Whether an INTEGER read before is below zero. */
export function isNegative(integer: DER): boolean {
  return integer.bytes[integer.start]! >= 0x80;
}

/** Whether an INTEGER read before is above zero. */
export function isPositive(integer: DER): boolean {
  return !isNegative(integer) && (integer.size > 1 || integer.bytes[integer.start] !== 0);
}

/** Octets of a non-negative INTEGER without its sign octet; zero is one octet. */
export function magnitude(integer: DER): Uint8Array {
  const padded = integer.size > 1 && integer.bytes[integer.start] === 0;
  return integer.bytes.subarray(integer.start + (padded ? 1 : 0), integer.end);
}

/** An INTEGER as a number, where it fits 64 bits with a sign; above 2^53 it is rounded. */
export function toInt64(integer: DER): number | undefined {
  if (integer.size > 8) return undefined;
  let value = isNegative(integer) ? -1 : 0;
  for (let i = integer.start; i < integer.end; i++) value = value * 256 + integer.bytes[i]!;
  return value;
}

/** Reads a BIT STRING whose padding bits are zero (X.690 §11.2). */
export function readBitString(from: DER): BitString | undefined {
  const value = from.read(BIT_STRING);
  return value && bitString(value.content);
}

/** The content octets of a BIT STRING taken apart, undefined where they are none. */
export function bitString(content: Uint8Array): BitString | undefined {
  const unused = content[0];
  if (unused === undefined || unused > 7) return undefined;
  // Where no octet follows, a count other than 0 is itself the octet with a bit that is set.
  if ((content[content.length - 1]! & ((1 << unused) - 1)) !== 0) return undefined;
  return { bytes: content.subarray(1), unused };
}

/** The bits moved right so that the padding leads, as a key in a BIT STRING is read. */
export function rightAligned({ bytes, unused }: BitString): Uint8Array {
  if (unused === 0) return bytes;
  return bytes.map((octet, i) => (octet >> unused) | ((i > 0 ? bytes[i - 1]! : 0) << (8 - unused)));
}

/** Reads an OBJECT IDENTIFIER as dotted text. */
export function readOID(from: DER): string | undefined {
  const value = from.read(OBJECT_IDENTIFIER);
  return value && dotted(value.bytes, value.start, value.end);
}

/** Dotted text of an OBJECT IDENTIFIER's content; undefined where an arc is above 2^31-1 or not in shortest form. */
export function dotted(bytes: Uint8Array, start: number, end: number): string | undefined {
  if (start >= end || bytes[end - 1]! >= 0x80) return undefined;
  let text = '';
  let arc = 0;
  let fresh = true;
  for (let i = start; i < end; i++) {
    const octet = bytes[i]!;
    if ((fresh && octet === 0x80) || arc >= 1 << 24) return undefined;
    arc = arc * 128 + (octet & 0x7f);
    fresh = octet < 0x80;
    if (!fresh) continue;
    text += text === '' ? firstArcs(arc) : `.${arc}`;
    arc = 0;
  }
  return text;
}

function firstArcs(arc: number): string {
  return arc < 80 ? `${Math.floor(arc / 40)}.${arc % 40}` : `2.${arc - 80}`;
}
