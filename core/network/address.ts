import { isIPv4, isIPv6 } from '../x509/address.ts';

/** A block of addresses as Go's net.IPNet has it: the octets of its first address, 4 or 16, and how many bits are fixed. */
export type AddressBlock = { readonly octets: readonly number[]; readonly bits: number };

/**
 * The octets of an IP address, 4 or 16, as Go reads it (net.ParseIP): no leading zeros, no zone; undefined for other
 * text. An IPv4-mapped address has 16.
 */
export function parseAddress(text: string): number[] | undefined {
  if (isIPv4(text)) return text.split('.').map(Number);
  return isIPv6(text) ? octetsOf(text) : undefined;
}

/**
 * A CIDR as Go reads it (net.ParseCIDR), but for zeros in front of the length; undefined for other text. Bits behind the
 * length are dropped.
 */
export function parseCIDR(text: string): AddressBlock | undefined {
  const [, address = '', length = ''] = /^([^/]+)\/(0|[1-9]\d{0,2})$/.exec(text) ?? [];
  const octets = parseAddress(address);
  const bits = Number(length);
  if (octets === undefined || bits > octets.length * 8) return undefined;
  return { octets: masked(octets, bits), bits };
}

/** Whether an address lies in a block, as net.IPNet.Contains has it: an IPv4-mapped one is the IPv4 address it maps. */
export function containsAddress(block: AddressBlock, address: readonly number[]): boolean {
  const from = unmapped(block.octets);
  const asked = unmapped(address);
  const bits = block.bits - (block.octets.length - from.length) * 8;
  return from.length === asked.length && masked(asked, bits).every((octet, at) => octet === from[at]);
}

function octetsOf(text: string): number[] {
  const [left = [], right = []] = text.split('::').map(groupOctets);
  return [...left, ...new Array<number>(16 - left.length - right.length).fill(0), ...right];
}

function groupOctets(side: string): number[] {
  return side === ''
    ? []
    : side.split(':').flatMap(group => {
        if (group.includes('.')) return group.split('.').map(Number);
        const value = Number.parseInt(group, 16);
        return [value >> 8, value & 255];
      });
}

function masked(octets: readonly number[], bits: number): number[] {
  return octets.map((octet, at) => octet & (0xff00 >> Math.min(8, Math.max(0, bits - at * 8))));
}

function unmapped(octets: readonly number[]): readonly number[] {
  const mapped = octets.length === 16 && octets.slice(0, 12).join() === '0,0,0,0,0,0,0,0,0,0,255,255';
  return mapped ? octets.slice(12) : octets;
}
