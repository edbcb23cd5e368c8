import { type Certificate, parseCertificates } from '../core/x509/certificate.ts';
import { loadKeyPair } from '../core/x509/keypair.ts';
import { decodePEM } from '../core/x509/pem.ts';
import { digest, leastRecent } from './cache.ts';

type Builtin = (...args: never[]) => unknown;

/**
 * The builtins of OPA that its wasm runtime leaves to the host, under OPA's own names, so that the same Rego
 * runs in OPA and in Gatekeeper. Where OPA raises a builtin error these answer undefined, which is how an
 * error reads in a rule. Of a certificate they give the fields that the rules read.
 *
 * @returns fresh builtins with caches of their own: one set an instance.
 */
export function hostBuiltins(): Record<string, Builtin> {
  const certificates = leastRecent<readonly OPACertificate[] | undefined>(4096);
  const pairs = leastRecent<{ Certificate: string[] } | undefined>(1024);
  return {
    'crypto.x509.parse_certificates': (text: string) =>
      certificates(digest(text), () => opaCertificates(text)),
    'crypto.x509.parse_keypair': (certificate: string, key: string) =>
      pairs(digest(certificate, key), () => opaKeyPair(certificate, key)),
    'time.parse_rfc3339_ns': nanoseconds,
  };
}

/** crypto.x509.Certificate as OPA's JSON has it, in part. Go writes no names as null. */
type OPACertificate = {
  readonly DNSNames: readonly string[] | null;
  readonly NotBefore: string;
  readonly NotAfter: string;
};

function opaCertificates(text: string): readonly OPACertificate[] | undefined {
  const bytes = pemOrBase64(text);
  if (bytes === undefined) {
    return undefined;
  }
  const der = isPEM(bytes) ? joinedCertificates(bytes) : bytes;
  const parsed = der && parseCertificates(der);
  return parsed?.ok ? parsed.value.map(opaCertificate) : undefined;
}

function opaCertificate({ dNSNames, notBefore, notAfter }: Certificate): OPACertificate {
  return { DNSNames: dNSNames.length > 0 ? dNSNames : null, NotBefore: notBefore, NotAfter: notAfter };
}

/** OPA refuses PEM that holds any block but certificates. */
function joinedCertificates(pem: Uint8Array): Uint8Array | undefined {
  const blocks = decodePEM(pem);
  return blocks.every(block => block.type === 'CERTIFICATE')
    ? Buffer.concat(blocks.map(block => block.bytes))
    : undefined;
}

function opaKeyPair(certificate: string, key: string): { Certificate: string[] } | undefined {
  const certificatePEM = asPEM('CERTIFICATE', certificate);
  const keyPEM = asPEM('PRIVATE KEY', key);
  const pair = certificatePEM && keyPEM && loadKeyPair(certificatePEM, keyPEM);
  return pair?.ok
    ? { Certificate: pair.value.chain.map(der => Buffer.from(der).toString('base64')) }
    : undefined;
}

/** OPA takes for DER whatever does not begin with a BEGIN line. */
function asPEM(label: string, text: string): Uint8Array | undefined {
  const bytes = pemOrBase64(text);
  return bytes === undefined || isPEM(bytes)
    ? bytes
    : Buffer.from(`-----BEGIN ${label}-----\n${bytes.toString('base64')}\n-----END ${label}-----\n`);
}

function pemOrBase64(text: string): Buffer | undefined {
  return text.startsWith(begin) ? Buffer.from(text) : decodeBase64(text);
}

const begin = '-----BEGIN';

function isPEM(bytes: Buffer): boolean {
  return bytes.subarray(0, begin.length).equals(Buffer.from(begin));
}

/** Go's base64.StdEncoding: CR and LF are skipped, padding is required, nothing else is forgiven. */
function decodeBase64(text: string): Buffer | undefined {
  const compact = text.replaceAll(/[\r\n]+/g, '');
  return compact.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(compact)
    ? Buffer.from(compact, 'base64')
    : undefined;
}

const rfc3339 = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9})\d*)?(Z|[+-]\d\d:\d\d)$/;

/**
 * Nanoseconds since 1970. Given back as JSON text, because they are beyond what a double can hold exactly;
 * undefined outside of a signed 64-bit integer (the years 1677 to 2262), as OPA has it.
 */
function nanoseconds(text: string): ArrayBuffer | undefined {
  const [, seconds, fraction = '', zone] = rfc3339.exec(text) ?? [];
  const milliseconds = Date.parse(`${seconds}${zone}`);
  if (Number.isNaN(milliseconds)) {
    return undefined;
  }
  const result = BigInt(milliseconds) * 1_000_000n + BigInt(fraction.padEnd(9, '0'));
  return BigInt.asIntN(64, result) === result ? new TextEncoder().encode(String(result)).buffer : undefined;
}
