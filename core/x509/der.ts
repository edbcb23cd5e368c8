/**
 * A cursor over DER, as strict as Go's cryptobyte: identifier octets below 31 only, definite lengths of at most
 * four octets in their shortest form (X.690 §8.1.2, §8.1.3, §10.1). Nothing is copied; a read that fails gives
 * undefined and leaves the cursor on the element it refused.
 */
export class DER {
  readonly bytes: Uint8Array;
  /** Identifier octet of the element this is the content of, 0 for a bare buffer. */
  readonly tag: number;
  /** Offset of the element's identifier octet. */
  readonly from: number;
  /** Offset of the element's first content octet. */
  readonly start: number;
  /** Offset just past the element. */
  readonly end: number;
  /** Offset of the next octet to read. */
  at: number;

  constructor(bytes: Uint8Array, tag = 0, from = 0, start = 0, end: number = bytes.length) {
    this.bytes = bytes;
    this.tag = tag;
    this.from = from;
    this.start = start;
    this.end = end;
    this.at = start;
  }

  get empty(): boolean {
    return this.at >= this.end;
  }

  /** Number of content octets. */
  get size(): number {
    return this.end - this.start;
  }

  /** Content octets, shared with the input. */
  get content(): Uint8Array {
    return this.bytes.subarray(this.start, this.end);
  }

  /** The element with its header, shared with the input. */
  get element(): Uint8Array {
    return this.bytes.subarray(this.from, this.end);
  }

  /** Identifier octet of the next element, -1 at the end. */
  get next(): number {
    return this.at < this.end ? this.bytes[this.at]! : -1;
  }

  /** The same content, read again from its first octet. */
  again(): DER {
    return new DER(this.bytes, this.tag, this.from, this.start, this.end);
  }

  /** Reads an element of any kind. */
  any(): DER | undefined {
    const { bytes, at, end } = this;
    if (end - at < 2) return undefined;
    const tag = bytes[at]!;
    if ((tag & 0x1f) === 0x1f) return undefined;
    const first = bytes[at + 1]!;
    const header = first < 0x80 ? 2 : 2 + (first & 0x7f);
    const length = first < 0x80 ? first : longLength(bytes, at + 2, at + header, end);
    if (length < 0 || length > end - at - header) return undefined;
    this.at = at + header + length;
    return new DER(bytes, tag, at, at + header, this.at);
  }

  /** Reads an element whose identifier octet is `tag`. */
  read(tag: number): DER | undefined {
    return this.next === tag ? this.any() : undefined;
  }

  /** Skips an element with this identifier octet where there is one; false where it is broken. */
  skip(tag: number): boolean {
    return this.next !== tag || this.any() !== undefined;
  }
}

/** Reads all of `bytes` from its first octet. */
export function der(bytes: Uint8Array): DER {
  return new DER(bytes);
}

function longLength(bytes: Uint8Array, from: number, to: number, end: number): number {
  if (to === from || to - from > 4 || to > end || bytes[from] === 0) return -1;
  let length = 0;
  for (let i = from; i < to; i++) length = length * 256 + bytes[i]!;
  return length < 128 ? -1 : length;
}
