/** Whether `text` is a dotted IPv4 address: four numbers up to 255 without leading zeros. */
export function isIPv4(text: string): boolean {
  const parts = text.length > 15 ? [] : text.split('.');
  return parts.length === 4 && parts.every(part => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256);
}

/** Whether `text` is an IPv6 address (RFC 4291 §2.2), without a zone. */
export function isIPv6(text: string): boolean {
  if (text.length > 45 || !text.includes(':')) return false;
  const sides = text.split('::');
  if (sides.length > 2) return false;
  const groups = sides.map((side, i) => groupsOf(side, i === sides.length - 1));
  const count = groups.reduce((sum, n) => sum + n, 0);
  return sides.length === 2 ? count <= 7 : count === 8;
}

/** Text of an iPAddress of 4 octets (dotted) or 16 (RFC 5952); undefined for any other length. */
export function addressText(octets: Uint8Array): string | undefined {
  if (octets.length === 4) return octets.join('.');
  return octets.length === 16 ? ipv6Text(octets) : undefined;
}

// NaN where a group is broken: it fails both comparisons. The last group may be an IPv4 address.
function groupsOf(side: string, last: boolean): number {
  if (side === '') return 0;
  const groups = side.split(':');
  const tail = groups[groups.length - 1]!;
  const mapped = last && tail.includes('.');
  const plain = mapped ? groups.slice(0, -1) : groups;
  if ((mapped && !isIPv4(tail)) || !plain.every(group => /^[0-9a-fA-F]{1,4}$/.test(group))) return Number.NaN;
  return plain.length + (mapped ? 2 : 0);
}

function ipv6Text(octets: Uint8Array): string {
  const groups = Array.from({ length: 8 }, (_, i) => octets[2 * i]! * 256 + octets[2 * i + 1]!);
  if (groups.slice(0, 5).every(group => group === 0) && groups[5] === 0xffff) {
    return `::ffff:${octets.subarray(12).join('.')}`;
  }
  const words = groups.map(group => group.toString(16));
  const [from, length] = longestZeros(groups);
  if (length < 2) return words.join(':');
  return `${words.slice(0, from).join(':')}::${words.slice(from + length).join(':')}`;
}

function longestZeros(groups: readonly number[]): readonly [from: number, length: number] {
  let best: readonly [number, number] = [0, 0];
  for (let i = 0; i < 8; i++) {
    let end = i;
    while (groups[end] === 0) end++;
    if (end - i > best[1]) best = [i, end - i];
  }
  return best;
}
