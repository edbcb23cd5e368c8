/** A DER element to be taken apart, changed and put together again; `content` counts where there are no `children`. */
export type TLV = {
  tag: number;
  content: Uint8Array;
  /** Set for constructed elements, and for strings of octets or bits whose content is DER itself. */
  children: TLV[] | undefined;
  /** Octets before the children: the padding count of a BIT STRING. */
  prefix: Uint8Array;
  /** How the length is written. */
  length: 'shortest' | 'padded' | 'indefinite' | 'long' | number;
};

/** Reads every element of `bytes`; undefined where they are not DER through and through. */
export function readAll(bytes: Uint8Array): TLV[] | undefined {
  const list: TLV[] = [];
  let at = 0;
  while (at < bytes.length) {
    const size = contentSize(bytes, at);
    if (!size || at + size.header + size.content > bytes.length) return undefined;
    list.push(element(bytes[at]!, bytes.subarray(at + size.header, at + size.header + size.content)));
    at += size.header + size.content;
  }
  return list;
}

/** Reads the first element of valid DER. */
export function read(bytes: Uint8Array): TLV {
  return readAll(bytes)![0]!;
}

/** A primitive element. */
export function primitive(tag: number, content: Uint8Array | readonly number[] | string): TLV {
  const octets = typeof content === 'string' ? Buffer.from(content, 'latin1') : Uint8Array.from(content);
  return { tag, content: octets, children: undefined, prefix: new Uint8Array(), length: 'shortest' };
}

/** An element of elements. */
export function composed(tag: number, children: readonly TLV[]): TLV {
  return { ...primitive(tag, []), children: [...children] };
}

/** Puts an element together. */
export function write(node: TLV): Buffer {
  const content = node.children
    ? Buffer.concat([node.prefix, ...node.children.map(write)])
    : Buffer.from(node.content);
  return Buffer.concat([
    header(node, content.length),
    content,
    ...(node.length === 'indefinite' ? [Buffer.alloc(2)] : []),
  ]);
}

/** A copy down to the leaves. */
export function clone(node: TLV): TLV {
  return { ...node, children: node.children?.map(clone) };
}

/** The element and everything in it. */
export function everyNode(node: TLV): TLV[] {
  return [node, ...(node.children ?? []).flatMap(everyNode)];
}

function element(tag: number, content: Uint8Array): TLV {
  const bits = tag === 0x03 && content[0] === 0;
  const wrapped = bits ? content.subarray(1) : content;
  const open = (tag & 0x20) !== 0 || ((bits || tag === 0x04) && wrapped.length > 1);
  return {
    ...primitive(tag, content),
    children: open ? readAll(wrapped) : undefined,
    prefix: content.slice(0, bits ? 1 : 0),
  };
}

function contentSize(bytes: Uint8Array, at: number): { header: number; content: number } | undefined {
  const first = bytes[at + 1];
  if (first === undefined || (bytes[at]! & 0x1f) === 0x1f) return undefined;
  if (first < 0x80) return { header: 2, content: first };
  if (first === 0x80 || first > 0x84) return undefined;
  const octets = bytes.subarray(at + 2, at + 2 + first - 0x80);
  return { header: first - 0x80 + 2, content: octets.reduce((sum, octet) => sum * 256 + octet, 0) };
}

function header(node: TLV, size: number): Buffer {
  if (node.length === 'indefinite') return Buffer.from([node.tag, 0x80]);
  const shown = typeof node.length === 'number' ? Math.max(0, size + node.length) : size;
  const octets = shown < 0x80 ? [] : [...Buffer.from(shown.toString(16).padStart(8, '0'), 'hex')];
  while (octets[0] === 0) octets.shift();
  if (node.length === 'padded') octets.unshift(...(octets.length > 0 ? [0] : [shown]));
  if (node.length === 'long')
    octets.unshift(...Array.from({ length: 5 }, () => 0), ...(octets.length > 0 ? [] : [shown]));
  return Buffer.from(octets.length > 0 ? [node.tag, 0x80 + octets.length, ...octets] : [node.tag, shown]);
}
