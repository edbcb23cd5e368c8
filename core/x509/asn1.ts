import { INTEGER, OBJECT_IDENTIFIER, SEQUENCE } from './tags.ts';
import { dotted, isShortest } from './values.ts';

/**
 * A cursor over the fields of a structure as Go's encoding/asn1 reads private keys, which differs from certificates:
 * tags may be long, an optional field that does not fit is left out, trailing fields are let be.
 * `undefined` is an error; `null` is an optional field that is not there.
 */
export class Fields {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  at: number;

  constructor(bytes: Uint8Array, start = 0, end: number = bytes.length) {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
    this.at = start;
  }

  get content(): Uint8Array {
    return this.bytes.subarray(this.start, this.end);
  }

  get empty(): boolean {
    return this.at === this.end;
  }

  /** Reads a field that has to be there, by its identifier octet. */
  read(tag: number): Fields | undefined {
    return this.optional(tag) ?? undefined;
  }

  /** Reads a field that may be left out, by its identifier octet. */
  optional(tag: number): Fields | null | undefined {
    if (this.empty) return null;
    const header = readHeader(this.bytes, this.at, this.end);
    if (!header) return undefined;
    return header.tag === tag ? this.take(header) : null;
  }

  /** Reads a field that may be left out, inside the explicit context tag `n`, whose own length nobody compares. */
  optionalExplicit(n: number, tag: number): Fields | null | undefined {
    if (this.empty) return null;
    const outer = readHeader(this.bytes, this.at, this.end);
    if (!outer || outer.start === this.end) return undefined;
    if (outer.tag !== (0xa0 | n)) return outer.tag === (0x80 | n) && outer.length === 0 ? undefined : null;
    const inner = outer.length > 0 ? readHeader(this.bytes, outer.start, this.end) : undefined;
    if (!inner) return undefined;
    return inner.tag === tag ? this.take(inner) : null;
  }

  /** Reads a field of any kind that may be left out; gives the whole element. */
  optionalAny(): Uint8Array | null | undefined {
    if (this.empty) return null;
    const from = this.at;
    const header = readHeader(this.bytes, from, this.end);
    return header && this.take(header) && this.bytes.subarray(from, this.at);
  }

  /** Reads an INTEGER of any size that has to be there. */
  integer(): Fields | undefined {
    return this.optionalInteger() ?? undefined;
  }

  /** Reads an INTEGER of any size that may be left out. */
  optionalInteger(): Fields | null | undefined {
    const value = this.optional(INTEGER);
    return value && !isShortest(value.bytes, value.start, value.end) ? undefined : value;
  }

  /** Reads an INTEGER of at most 64 bits with its sign; rounded above 2^53. */
  int64(): number | undefined {
    return toNumber(this.integer()) ?? undefined;
  }

  /** Reads such an INTEGER inside the explicit context tag `n`, where it is there. */
  explicitInt64(n: number): number | null | undefined {
    return toNumber(this.optionalExplicit(n, INTEGER));
  }

  /** Reads an OBJECT IDENTIFIER that has to be there, as dotted text. */
  oid(): string | undefined {
    const value = this.read(OBJECT_IDENTIFIER);
    return value && dotted(value.bytes, value.start, value.end);
  }

  /** Reads the fields of a SEQUENCE that has to be there. */
  sequence(): Fields | undefined {
    return this.read(SEQUENCE);
  }

  private take(header: Header): Fields | undefined {
    const end = header.start + header.length;
    if (end > this.end) return undefined;
    this.at = end;
    return new Fields(this.bytes, header.start, end);
  }
}

function toNumber(integer: Fields | null | undefined): number | null | undefined {
  if (!integer) return integer;
  const { bytes, start, end } = integer;
  if (end - start > 8 || !isShortest(bytes, start, end)) return undefined;
  let value = bytes[start]! < 0x80 ? 0 : -1;
  for (let at = start; at < end; at++) value = value * 256 + bytes[at]!;
  return value;
}

// The identifier octet (-1 for a long tag, which fits nothing), the offset of the content and its length.
type Header = { readonly tag: number; readonly start: number; readonly length: number };

function readHeader(bytes: Uint8Array, from: number, end: number): Header | undefined {
  const long = (bytes[from]! & 0x1f) === 0x1f;
  const at = long ? longTagEnd(bytes, from + 1, end) : from + 1;
  if (at === undefined || at >= end) return undefined;
  const tag = long ? -1 : bytes[from]!;
  const first = bytes[at]!;
  if (first < 0x80) return { tag, start: at + 1, length: first };
  const start = at + 1 + (first & 0x7f);
  const length = start > end ? undefined : longLength(bytes, at + 1, start);
  return length === undefined ? undefined : { tag, start, length };
}

// Tag numbers from 31 to 2^31-1 in base 128.
function longTagEnd(bytes: Uint8Array, from: number, end: number): number | undefined {
  let tag = 0;
  for (let at = from; at < end && at < from + 5; at++) {
    if (at === from && bytes[at] === 0x80) return undefined;
    tag = tag * 128 + (bytes[at]! & 0x7f);
    if (bytes[at]! < 0x80) return tag < 0x1f || tag > 0x7fffffff ? undefined : at + 1;
  }
  return undefined;
}

function longLength(bytes: Uint8Array, from: number, to: number): number | undefined {
  if (to - from > 4 || bytes[from] === 0) return undefined;
  let length = 0;
  for (let at = from; at < to; at++) length = length * 256 + bytes[at]!;
  return length < 0x80 || length > 0x7fffffff ? undefined : length;
}
