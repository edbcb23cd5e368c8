import { checkConstraints } from './constraints.ts';
import type { DER } from './der.ts';
import { badGeneralName, DNS_NAME, IP_ADDRESS, RFC822_NAME, URI } from './generalname.ts';
import {
  isDistributionPoints,
  isInfoAccess,
  isPolicies,
  isPolicyConstraints,
  isPolicyMappings,
} from './policies.ts';
import { BOOLEAN, context, INTEGER, OCTET_STRING, SEQUENCE } from './tags.ts';
import { readBitString, readBoolean, readInteger, readOID, toInt64 } from './values.ts';

/** What the extensions say, filled in while they are read. */
export type ExtensionFacts = {
  isCA: boolean;
  /** Of basicConstraints; -1 where it gives none. */
  maxPathLength: number;
  /** Bit i is bit i of KeyUsage (RFC 5280 §4.2.1.3). */
  keyUsage: number;
  /** OIDs of extendedKeyUsage, in order. */
  extKeyUsages: string[];
  /** The GeneralNames of subjectAltName, not yet described. */
  names: DER[];
  subjectKeyId: Uint8Array | undefined;
  authorityKeyId: Uint8Array | undefined;
  unhandledCriticalExtensions: string[];
};

type Outcome = { readonly error?: string; readonly handled: boolean };

/** How one known extension is read: its outcome, with what it says written to the facts. */
export type ExtensionRule = {
  readonly name: string;
  readonly neverCritical: boolean;
  readonly read: (value: DER, facts: ExtensionFacts) => Outcome;
};

/** The extensions whose value Go checks, by OID (RFC 5280 §4.2.1, §4.2.2.1). Trailing bytes are let be in most. */
export const extensionRules: ReadonlyMap<string, ExtensionRule> = new Map([
  ['2.5.29.14', neverCritical('subject key identifier', subjectKeyId)],
  ['2.5.29.15', rule('key usage', keyUsage)],
  ['2.5.29.17', { name: 'subject alternative name', neverCritical: false, read: alternativeNames }],
  ['2.5.29.19', rule('basic constraints', basicConstraints)],
  ['2.5.29.30', { name: 'name constraints', neverCritical: false, read: checkConstraints }],
  ['2.5.29.31', rule('CRL distribution points', isDistributionPoints)],
  ['2.5.29.32', rule('certificate policies', isPolicies)],
  ['2.5.29.33', rule('policy mappings', isPolicyMappings)],
  ['2.5.29.35', neverCritical('authority key identifier', authorityKeyId)],
  ['2.5.29.36', rule('policy constraints', isPolicyConstraints)],
  ['2.5.29.37', rule('extended key usage', extKeyUsage)],
  ['2.5.29.54', rule('inhibit any policy', isInhibitAnyPolicy)],
  ['1.3.6.1.5.5.7.1.1', neverCritical('authority info access', isInfoAccess)],
]);

type Reader = (value: DER, facts: ExtensionFacts) => boolean;

function rule(name: string, reads: Reader): ExtensionRule {
  const read = (value: DER, facts: ExtensionFacts): Outcome =>
    reads(value, facts) ? { handled: true } : { handled: true, error: `invalid ${name}` };
  return { name, neverCritical: false, read };
}

function neverCritical(name: string, reads: Reader): ExtensionRule {
  return { ...rule(name, reads), neverCritical: true };
}

function subjectKeyId(value: DER, facts: ExtensionFacts): boolean {
  facts.subjectKeyId = value.read(OCTET_STRING)?.content;
  return facts.subjectKeyId !== undefined;
}

function authorityKeyId(value: DER, facts: ExtensionFacts): boolean {
  const fields = value.read(SEQUENCE);
  if (fields?.next !== context(0)) return fields !== undefined;
  facts.authorityKeyId = fields.any()?.content;
  return facts.authorityKeyId !== undefined;
}

function keyUsage(value: DER, facts: ExtensionFacts): boolean {
  const bits = readBitString(value);
  for (let i = 0; i < 9; i++) {
    const octet = bits?.bytes[i >> 3] ?? 0;
    if ((octet >> (7 - (i % 8))) & 1) facts.keyUsage |= 1 << i;
  }
  return bits !== undefined;
}

function basicConstraints(value: DER, facts: ExtensionFacts): boolean {
  const fields = value.read(SEQUENCE);
  const isCA = fields?.next === BOOLEAN ? readBoolean(fields) : false;
  if (!fields || isCA === undefined) return false;
  facts.isCA = isCA;
  if (fields.next !== INTEGER) return true;
  const length = readInteger(fields);
  facts.maxPathLength = (length && toInt64(length)) ?? -1;
  return facts.maxPathLength >= 0;
}

function alternativeNames(value: DER, facts: ExtensionFacts): Outcome {
  const list = value.read(SEQUENCE);
  if (!list) return { error: 'invalid subject alternative names', handled: true };
  while (!list.empty) {
    const name = list.any();
    const problem = name ? badGeneralName(name) : 'element that cannot be read';
    if (problem)
      return { error: `subject alternative name ${facts.names.length + 1}: ${problem}`, handled: true };
    facts.names.push(name!);
  }
  return { handled: facts.names.some(({ tag }) => understood.has(tag)) };
}

const understood: ReadonlySet<number> = new Set([RFC822_NAME, DNS_NAME, URI, IP_ADDRESS]);

function extKeyUsage(value: DER, facts: ExtensionFacts): boolean {
  const list = value.read(SEQUENCE);
  while (list && !list.empty) {
    const oid = readOID(list);
    if (oid === undefined) return false;
    facts.extKeyUsages.push(oid);
  }
  return list !== undefined;
}

function isInhibitAnyPolicy(value: DER): boolean {
  const skip = readInteger(value);
  return skip !== undefined && toInt64(skip) !== undefined;
}
