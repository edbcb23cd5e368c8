import type { DER } from './der.ts';
import { type ExtensionFacts, extensionRules } from './extensionrules.ts';
import { BOOLEAN, OCTET_STRING, SEQUENCE } from './tags.ts';
import { readBoolean, readOID } from './values.ts';

/** One extension of a certificate: its OID, whether it is critical, its OCTET STRING. */
export type Extension = { readonly oid: string; readonly critical: boolean; readonly value: DER };

/** The facts of a certificate without extensions. */
export function noExtensions(): ExtensionFacts {
  return {
    isCA: false,
    maxPathLength: -1,
    keyUsage: 0,
    extKeyUsages: [],
    names: [],
    subjectKeyId: undefined,
    authorityKeyId: undefined,
    unhandledCriticalExtensions: [],
  };
}

/**
 * Reads the Extensions of a certificate (RFC 5280 §4.2) into `facts`; gives what is wrong, undefined where nothing is.
 * An OID may come once. An extension that nobody knows is fine; where it is critical it is listed.
 */
export function readExtensions(from: DER, facts: ExtensionFacts): string | undefined {
  const list = from.read(SEQUENCE);
  if (!list) return 'malformed extensions';
  const extensions = new Map<string, Extension>();
  while (!list.empty) {
    const problem = readExtension(list, extensions);
    if (problem) return problem;
  }
  for (const extension of extensions.values()) {
    const problem = checkExtension(extension, facts);
    if (problem) return problem;
  }
  return undefined;
}

function readExtension(list: DER, extensions: Map<string, Extension>): string | undefined {
  const body = list.read(SEQUENCE);
  if (!body) return 'malformed extension';
  const oid = readOID(body);
  if (oid === undefined) return 'malformed extension OID';
  const critical = body.next === BOOLEAN ? readBoolean(body) : false;
  if (critical === undefined) return `malformed critical field of extension ${oid}`;
  const value = body.read(OCTET_STRING);
  if (!value) return `malformed value of extension ${oid}`;
  if (extensions.has(oid)) return `duplicate extension ${oid}`;
  extensions.set(oid, { oid, critical, value });
  return undefined;
}

function checkExtension({ oid, critical, value }: Extension, facts: ExtensionFacts): string | undefined {
  const rule = extensionRules.get(oid);
  if (rule?.neverCritical && critical) return `${rule.name} is marked critical`;
  const { error, handled } = rule ? rule.read(value, facts) : { error: undefined, handled: false };
  if (critical && !handled) facts.unhandledCriticalExtensions.push(oid);
  return error;
}
