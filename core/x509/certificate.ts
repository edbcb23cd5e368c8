import { createHash } from 'node:crypto';
import { type Result, success } from '../result.ts';
import { type CertificateParts, dNSNames, readParts } from './certificateparts.ts';
import { extKeyUsageName } from './extkeyusage.ts';
import { type GeneralName, generalName } from './generalname.ts';
import { nameText } from './name.ts';
import type { PublicKey } from './publickey.ts';
import { signatureName } from './signature.ts';
import { hex } from './text.ts';
import { magnitude } from './values.ts';

/** A certificate (RFC 5280 §4.1) as Go's crypto/x509 reads it. Nothing here is verified: no signature, no chain, no use. */
export type Certificate = {
  /** The DER of the certificate, shared with the input. */
  readonly raw: Uint8Array;
  /** 1, 2 or 3; extensions count in 3 only. */
  readonly version: number;
  /** Lower-case hex of whole octets without sign padding; `00` for zero. */
  readonly serial: string;
  /** RFC 2253 text. */
  readonly subject: string;
  readonly issuer: string;
  readonly rawSubject: Uint8Array;
  readonly rawIssuer: Uint8Array;
  /** RFC 3339, in the offset the certificate was encoded with: Z in any certificate that keeps to the RFC. */
  readonly notBefore: string;
  readonly notAfter: string;
  /** The same in seconds since 1970-01-01T00:00:00Z. */
  readonly notBeforeUnix: number;
  readonly notAfterUnix: number;
  /** Every GeneralName of subjectAltName in order, whatever its kind. */
  readonly subjectAltNames: readonly GeneralName[];
  /** The dNSNames among them, as encoded. */
  readonly dNSNames: readonly string[];
  readonly publicKey: PublicKey;
  /** Go's name, such as `ECDSA-SHA256`, or a dotted OID. */
  readonly signatureAlgorithm: string;
  readonly isCA: boolean;
  /** Of basicConstraints; -1 where it gives none. */
  readonly maxPathLength: number;
  /** Bit i is bit i of KeyUsage (RFC 5280 §4.2.1.3); 0 where it is absent. */
  readonly keyUsage: number;
  /** Names of RFC 5280 §4.2.1.12 such as `serverAuth`; dotted OIDs for all others. */
  readonly extKeyUsages: readonly string[];
  /** Hex, empty where absent. */
  readonly subjectKeyId: string;
  readonly authorityKeyId: string;
  /** OIDs of critical extensions that Go leaves to its caller, in order. */
  readonly unhandledCriticalExtensions: readonly string[];
};

/** Parses one certificate from DER that holds nothing else, exactly where Go's x509.ParseCertificate does. */
export function parseCertificate(bytes: Uint8Array): Result<Certificate> {
  const parts = readParts(bytes);
  return parts.ok ? success(certificateOf(parts.value)) : parts;
}

/** SHA-256 of a certificate's DER in lower-case hex: its fingerprint. */
export function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** All that a certificate says. The texts of its names are made when they are first read. */
export function certificateOf(parts: CertificateParts): Certificate {
  const { facts } = parts;
  const lazy = {
    subject: once(() => nameText(parts.subject)),
    issuer: once(() => nameText(parts.issuer)),
    names: once(() => facts.names.map(generalName)),
    dNSNames: once(() => dNSNames(parts)),
  };
  return {
    raw: parts.raw,
    version: parts.version,
    serial: hex(magnitude(parts.serial)),
    get subject() {
      return lazy.subject();
    },
    get issuer() {
      return lazy.issuer();
    },
    rawSubject: parts.rawSubject,
    rawIssuer: parts.rawIssuer,
    notBefore: parts.notBefore.text,
    notAfter: parts.notAfter.text,
    notBeforeUnix: parts.notBefore.unix,
    notAfterUnix: parts.notAfter.unix,
    get subjectAltNames() {
      return lazy.names();
    },
    get dNSNames() {
      return lazy.dNSNames();
    },
    publicKey: parts.publicKey,
    signatureAlgorithm: signatureName(parts.signatureOID, parts.signatureParameters),
    isCA: facts.isCA,
    maxPathLength: facts.maxPathLength,
    keyUsage: facts.keyUsage,
    extKeyUsages: facts.extKeyUsages.map(extKeyUsageName),
    subjectKeyId: hex(facts.subjectKeyId ?? new Uint8Array()),
    authorityKeyId: hex(facts.authorityKeyId ?? new Uint8Array()),
    unhandledCriticalExtensions: facts.unhandledCriticalExtensions,
  };
}

function once<T extends object | string>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
