import { isIPv4, isIPv6 } from './address.ts';
import type { DER } from './der.ts';
import { isDomain, isMailbox } from './domain.ts';
import { DNS_NAME, IP_ADDRESS, RFC822_NAME, URI } from './generalname.ts';
import { constructed, SEQUENCE } from './tags.ts';
import { isASCII, latin1 } from './text.ts';

/** What a look at nameConstraints found: `error` where Go refuses it, else whether it knew every kind of name in it. */
export type Constraints = { readonly error?: string; readonly handled: boolean };

/** Checks the value of a nameConstraints extension (RFC 5280 §4.2.1.10). */
export function checkConstraints(value: DER): Constraints {
  const outer = value.read(SEQUENCE);
  if (!outer || !value.empty) return bad('invalid name constraints');
  const trees = [constructed(0), constructed(1)].map(tag => (outer.next === tag ? outer.any() : 'absent'));
  if (trees.includes(undefined) || !outer.empty) return bad('invalid name constraints');
  const present = trees.filter(tree => tree instanceof Object);
  if (present.every(tree => tree.empty)) return bad('empty name constraints');
  const found = present.map(checkTree);
  return found.find(({ error }) => error) ?? { handled: found.every(({ handled }) => handled) };
}

function checkTree(tree: DER): Constraints {
  let handled = true;
  while (!tree.empty) {
    const base = tree.read(SEQUENCE)?.any();
    if (!base) return bad('invalid name constraints');
    const check = checks.get(base.tag);
    if (check && !check(base.content)) return bad(`name constraint that cannot be read at byte ${base.from}`);
    handled &&= check !== undefined;
  }
  return { handled };
}

const checks: ReadonlyMap<number, (content: Uint8Array) => boolean> = new Map([
  [RFC822_NAME, isMailboxes],
  [DNS_NAME, isDomains],
  [URI, isURIs],
  [IP_ADDRESS, isNetwork],
]);

// One mailbox, or every mailbox of a host or domain.
function isMailboxes(content: Uint8Array): boolean {
  if (!isASCII(content)) return false;
  const text = latin1(content);
  return text.includes('@') ? isMailbox(text) : isDomain(text, true);
}

function isDomains(content: Uint8Array): boolean {
  return isASCII(content) && isDomain(latin1(content), true);
}

function isURIs(content: Uint8Array): boolean {
  return isDomains(content) && !isIPv4(latin1(content)) && !isIPv6(latin1(content));
}

// An address and a mask of ones followed by zeros.
function isNetwork(content: Uint8Array): boolean {
  if (content.length !== 8 && content.length !== 32) return false;
  const mask = [...content.subarray(content.length / 2)].map(octet => octet.toString(2).padStart(8, '0'));
  return /^1*0*$/.test(mask.join(''));
}

function bad(error: string): Constraints {
  return { error, handled: true };
}
