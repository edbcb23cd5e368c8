/** A network of addresses: 4 or 16 bytes, and how many of their bits count. */
export type CIDR = { readonly address: readonly number[]; readonly bits: number };

/**
 * Reads an address as Go's net.ParseIP does, and gives it as To4 does: an IPv4 address, also one mapped into IPv6, is 4
 * bytes, another one 16.
 *
 * @returns undefined for anything else: a leading zero, a zone.
 */
export function parseAddress(text: string): readonly number[] | undefined {
  return text.includes(':') ? parseIPv6(text) : parseIPv4(text);
}

/** Reads a network as Go's net.ParseCIDR does; of one mapped into IPv6 the last 32 bits count, as net.IPNet.Contains has it. */
export function parseCIDR(text: string): CIDR | undefined {
  const slash = text.indexOf('/');
  const address = slash < 0 ? undefined : bytesOf(text.slice(0, slash));
  const prefix = text.slice(slash + 1);
  if (address === undefined || !/^\d+$/.test(prefix) || Number(prefix) > address.length * 8) return undefined;
  const bits = Number(prefix);
  const network = masked(address, bits);
  return network.length === 16 && isMapped(network)
    ? { address: network.slice(12), bits: Math.max(0, bits - 96) }
    : { address: network, bits };
}

/** Whether an address lies in a network, as Go's net.IPNet.Contains says: never one of the other family. */
export function contains({ address: network, bits }: CIDR, address: readonly number[]): boolean {
  // Most addresses are another network's by their first byte.
  return (
    address.length === network.length && network.every((byte, at) => (address[at]! & mask(bits, at)) === byte)
  );
}

function masked(address: readonly number[], bits: number): number[] {
  return address.map((byte, at) => byte & mask(bits, at));
}

/** Of the byte at an index, the bits that count. */
function mask(bits: number, at: number): number {
  return (0xff00 >> Math.min(8, Math.max(0, bits - at * 8))) & 0xff;
}

function parseIPv4(text: string): number[] | undefined {
  const parts = text.split('.');
  return parts.length === 4 && parts.every(part => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)
    ? parts.map(Number)
    : undefined;
}

function parseIPv6(text: string): readonly number[] | undefined {
  const address = bytesOf(text);
  return address && isMapped(address) ? address.slice(12) : address;
}

function isMapped(address: readonly number[]): boolean {
  return address.slice(0, 10).every(byte => byte === 0) && address[10] === 255 && address[11] === 255;
}

/** As written: 4 bytes only without a colon. */
function bytesOf(text: string): readonly number[] | undefined {
  if (!text.includes(':')) return parseIPv4(text);
  const halves = text.split('::');
  const [head, tail] = halves.map(half => (half === '' ? [] : groups(half)));
  if (head === undefined || halves.length > 2) return undefined;
  if (halves.length === 1) return head.length === 16 ? head : undefined;
  if (tail === undefined || head.length + tail.length > 14 || endsInIPv4(halves[0] as string))
    return undefined;
  return [...head, ...Array<number>(16 - head.length - tail.length).fill(0), ...tail];
}

/** The dotted form may only stand at the very end. */
function endsInIPv4(half: string): boolean {
  return half.includes('.');
}

function groups(half: string): number[] | undefined {
  const parts = half.split(':');
  const bytes = parts.map((part, at) => {
    if (at === parts.length - 1 && part.includes('.')) return parseIPv4(part);
    return /^[0-9a-f]{1,4}$/i.test(part)
      ? [Number.parseInt(part, 16) >> 8, Number.parseInt(part, 16) & 255]
      : undefined;
  });
  return bytes.every(pair => pair !== undefined) ? bytes.flat() : undefined;
}
