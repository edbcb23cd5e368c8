import { failure, type Result, success } from '../result.ts';
import { type DER, der } from './der.ts';
import type { ExtensionFacts } from './extensionrules.ts';
import { noExtensions, readExtensions } from './extensions.ts';
import { DNS_NAME } from './generalname.ts';
import { type Name, readName } from './name.ts';
import { type PublicKey, readPublicKey } from './publickey.ts';
import { constructed, context, SEQUENCE } from './tags.ts';
import { hex, latin1 } from './text.ts';
import { readTime, type Time } from './time.ts';
import { isNegative, readBitString, readInteger, readOID, toInt64 } from './values.ts';

/** A certificate taken apart and checked, its texts not yet made. */
export type CertificateParts = {
  raw: Uint8Array;
  version: number;
  serial: DER;
  signatureOID: string;
  /** The whole element, null where there is none. */
  signatureParameters: Uint8Array | null;
  issuer: Name;
  rawIssuer: Uint8Array;
  notBefore: Time;
  notAfter: Time;
  subject: Name;
  rawSubject: Uint8Array;
  publicKey: PublicKey;
  facts: ExtensionFacts;
};

/** Our own ceiling: what is longer does not fit the Certificate message of TLS (RFC 8446 §4.4.2) and cannot serve. */
export const MAX_CERTIFICATE_OCTETS = 2 ** 24 - 1;

/** Reads one certificate from DER that holds nothing else, exactly where Go's x509.ParseCertificate does. */
export function readParts(bytes: Uint8Array): Result<CertificateParts> {
  const input = der(bytes);
  const parts = parseParts(input);
  return !parts.ok || input.empty ? parts : failure(`trailing data at byte ${input.at}`);
}

/** Reads certificates one right after another, as Go's x509.ParseCertificates; none is fine. */
export function readAllParts(bytes: Uint8Array): Result<readonly CertificateParts[]> {
  const input = der(bytes);
  const all: CertificateParts[] = [];
  while (!input.empty) {
    const parts = parseParts(input);
    if (!parts.ok) return failure(`certificate ${all.length + 1}: ${parts.error}`);
    all.push(parts.value);
  }
  return success(all);
}

/** The dNSNames among the GeneralNames of subjectAltName, as encoded. */
export function dNSNames({ facts }: CertificateParts): string[] {
  return facts.names.filter(({ tag }) => tag === DNS_NAME).map(name => latin1(name.content));
}

// Leaves the cursor after the certificate. The error says where it broke.
function parseParts(input: DER): Result<CertificateParts> {
  if (input.end > MAX_CERTIFICATE_OCTETS)
    return failure(`more than ${MAX_CERTIFICATE_OCTETS} octets of certificates`);
  const whole = input.read(SEQUENCE);
  const tbs = whole?.read(SEQUENCE);
  if (!whole) return failure(`malformed certificate at byte ${input.at}`);
  if (!tbs) return failure(`malformed tbsCertificate at byte ${whole.at}`);
  const parts: Partial<CertificateParts> = { raw: whole.element, facts: noExtensions() };
  for (const step of steps) {
    const problem = step(tbs, parts, whole);
    if (problem) return failure(`${problem} at byte ${(step === readSignature ? whole : tbs).at}`);
  }
  return success(parts as CertificateParts);
}

// Each reads the next field of `tbs` and gives what is wrong with it.
type Step = (tbs: DER, parts: Partial<CertificateParts>, whole: DER) => string | undefined;

const steps: readonly Step[] = [
  readVersion,
  readSerial,
  readAlgorithm,
  nameInto('issuer', 'rawIssuer'),
  readValidity,
  nameInto('subject', 'rawSubject'),
  readKey,
  readUniqueIDs,
  readTBSExtensions,
  readSignature,
];

function readVersion(tbs: DER, parts: Partial<CertificateParts>): string | undefined {
  parts.version = 1;
  if (tbs.next !== constructed(0)) return undefined;
  const wrapper = tbs.any();
  const integer = wrapper && readInteger(wrapper);
  const version = integer && wrapper.empty ? toInt64(integer) : undefined;
  if (!integer || version === undefined || version < 0) return 'malformed version';
  // Go counts from one in 64 bits with a sign: the very last number comes out as the very first.
  const wraps = integer.size === 8 && hex(integer.content) === '7fffffffffffffff';
  parts.version = wraps ? -(2 ** 63) : version + 1;
  return parts.version > 3 ? 'unknown version' : undefined;
}

function readSerial(tbs: DER, parts: Partial<CertificateParts>): string | undefined {
  const serial = readInteger(tbs);
  if (!serial) return 'malformed serial number';
  parts.serial = serial;
  return isNegative(serial) ? 'negative serial number' : undefined;
}

// The algorithm is said twice, and has to be the same to the octet.
function readAlgorithm(tbs: DER, parts: Partial<CertificateParts>, whole: DER): string | undefined {
  const inner = tbs.read(SEQUENCE);
  if (!inner) return 'malformed signature algorithm';
  const outer = whole.read(SEQUENCE);
  if (!outer) return 'malformed outer signature algorithm';
  if (Buffer.compare(inner.content, outer.content) !== 0)
    return 'inner and outer signature algorithms differ';
  const oid = readOID(inner);
  const parameters = inner.empty ? null : inner.any();
  if (oid === undefined || parameters === undefined) return 'malformed signature algorithm';
  parts.signatureOID = oid;
  parts.signatureParameters = parameters === null ? null : parameters.element;
  return undefined;
}

function nameInto(field: 'issuer' | 'subject', raw: 'rawIssuer' | 'rawSubject'): Step {
  return (tbs, parts) => {
    const sequence = tbs.read(SEQUENCE);
    if (!sequence) return `${field}: malformed`;
    const name = readName(sequence);
    if (!name.ok) return `${field}: ${name.error}`;
    parts[field] = name.value;
    parts[raw] = sequence.element;
    return undefined;
  };
}

function readValidity(tbs: DER, parts: Partial<CertificateParts>): string | undefined {
  const validity = tbs.read(SEQUENCE);
  if (!validity) return 'malformed validity';
  const notBefore = readTime(validity);
  if (!notBefore) return 'malformed notBefore';
  const notAfter = readTime(validity);
  if (!notAfter) return 'malformed notAfter';
  parts.notBefore = notBefore;
  parts.notAfter = notAfter;
  return undefined;
}

function readKey(tbs: DER, parts: Partial<CertificateParts>): string | undefined {
  const info = tbs.read(SEQUENCE);
  const key = info ? readPublicKey(info) : failure('malformed subject public key info');
  if (!key.ok) return key.error;
  parts.publicKey = key.value;
  return undefined;
}

function readUniqueIDs(tbs: DER, { version }: Partial<CertificateParts>): string | undefined {
  if (version! < 2) return undefined;
  if (!tbs.skip(context(1))) return 'malformed issuerUniqueID';
  return tbs.skip(context(2)) ? undefined : 'malformed subjectUniqueID';
}

// Below version 3 they are not looked at, and neither is anything after them.
function readTBSExtensions(tbs: DER, { version, facts }: Partial<CertificateParts>): string | undefined {
  if (version !== 3 || tbs.next !== constructed(3)) return undefined;
  const wrapper = tbs.any();
  return wrapper ? readExtensions(wrapper, facts!) : 'malformed extensions';
}

function readSignature(_tbs: DER, _parts: Partial<CertificateParts>, whole: DER): string | undefined {
  return readBitString(whole) ? undefined : 'malformed signature';
}
