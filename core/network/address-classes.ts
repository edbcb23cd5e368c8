import { parseAddress, parseCIDR } from './cidr.ts';
import { peersIn, peersOut } from './mentions.ts';
import type { NetworkPolicy } from './network-policy.ts';

/**
 * Says which addresses no ipBlock can tell apart: those with the same beginnings and ends of blocks before them.
 *
 * @returns a function of an address to what it has in common with those that are alike; one that is none is alike to
 * nothing else.
 */
export function addressClasses(policies: readonly NetworkPolicy[]): (address: string) => string {
  const blocks = policies.flatMap(policy =>
    [...peersIn(policy), ...peersOut(policy)].flatMap(({ ipBlock }) =>
      ipBlock ? [ipBlock.cidr, ...(ipBlock.except ?? [])] : [],
    ),
  );
  const bounds = [...new Set(blocks)].flatMap(boundsOf);
  const firsts = bounds.map(({ first }) => first).toSorted();
  const lasts = bounds.map(({ last }) => last).toSorted();
  return text => {
    const address = parseAddress(text);
    if (address === undefined) return text;
    const place = written(address);
    return `${address.length} ${before(firsts, `${place}!`)} ${before(lasts, place)}`;
  };
}

function boundsOf(cidr: string): { readonly first: string; readonly last: string }[] {
  const block = parseCIDR(cidr);
  if (block === undefined) return [];
  const { address, bits } = block;
  const last = address.map((byte, at) => byte | (0xff >> Math.min(8, Math.max(0, bits - at * 8))));
  return [{ first: written(address), last: written(last) }];
}

/** Text in the order of the addresses. */
function written(address: readonly number[]): string {
  return address.map(byte => byte.toString(16).padStart(2, '0')).join('');
}

/** How many of a sorted list come before a text. */
function before(sorted: readonly string[], text: string): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < text) low = middle + 1;
    else high = middle;
  }
  return low;
}
