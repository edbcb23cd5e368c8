import type { DER } from './der.ts';
import { constructed, context, OBJECT_IDENTIFIER, SEQUENCE } from './tags.ts';
import { latin1 } from './text.ts';
import { readInteger, readOID, toInt64 } from './values.ts';

/** Whether Go reads these CRLDistributionPoints (RFC 5280 §4.2.1.13). */
export function isDistributionPoints(value: DER): boolean {
  return everySequence(value, point => {
    if (point.next !== constructed(0)) return true;
    const names = point.any()?.read(constructed(0));
    while (names?.next === context(6)) if (!names.any()) return false;
    return names !== undefined;
  });
}

/** Whether Go reads these CertificatePolicies (RFC 5280 §4.2.1.4): no policy twice, arcs of any size. */
export function isPolicies(value: DER): boolean {
  const seen = new Set<string>();
  return everySequence(value, policy => {
    const oid = policy.read(OBJECT_IDENTIFIER)?.content;
    if (!oid || !isShortestOID(oid) || seen.has(latin1(oid))) return false;
    seen.add(latin1(oid));
    return true;
  });
}

/** Whether Go reads these PolicyMappings (RFC 5280 §4.2.1.5): two OIDs each, whatever is in them. */
export function isPolicyMappings(value: DER): boolean {
  return everySequence(
    value,
    pair => pair.read(OBJECT_IDENTIFIER) !== undefined && pair.read(OBJECT_IDENTIFIER) !== undefined,
  );
}

/** Whether Go reads these PolicyConstraints (RFC 5280 §4.2.1.11): numbers of 64 bits with a sign. */
export function isPolicyConstraints(value: DER): boolean {
  const fields = value.read(SEQUENCE);
  return fields !== undefined && [context(0), context(1)].every(tag => isOptionalInt64(fields, tag));
}

/** Whether Go reads this AuthorityInfoAccess (RFC 5280 §4.2.2.1): a method each, and a URI where there is one. */
export function isInfoAccess(value: DER): boolean {
  return everySequence(value, access => readOID(access) !== undefined && access.skip(context(6)));
}

function everySequence(value: DER, holds: (element: DER) => boolean): boolean {
  const list = value.read(SEQUENCE);
  while (list && !list.empty) {
    const element = list.read(SEQUENCE);
    if (!element || !holds(element)) return false;
  }
  return list !== undefined;
}

// Unlike elsewhere an arc may be of any size here.
function isShortestOID(content: Uint8Array): boolean {
  if (content.length === 0 || content[content.length - 1]! >= 0x80) return false;
  return content.every((octet, i) => octet !== 0x80 || (i > 0 && content[i - 1]! >= 0x80));
}

function isOptionalInt64(fields: DER, tag: number): boolean {
  if (fields.next !== tag) return true;
  const value = readInteger(fields, tag);
  return value !== undefined && toInt64(value) !== undefined;
}
