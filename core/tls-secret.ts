import { type Secret, tlsSecretType } from './kubernetes.ts';
import { failure, type Result } from './result.ts';
import { timestamp } from './timestamp.ts';
import { type Certificate, parseCertificate, sha256Hex } from './x509/certificate.ts';
import { type KeyPair, loadKeyPair } from './x509/keypair.ts';
import { decodePEM } from './x509/pem.ts';

/** What tls.crt of a Secret holds, for a person to read: the verdict is the rules'. */
export type TLSMaterial = {
  /** The first CERTIFICATE block, or why there is none. */
  readonly leaf: Result<Certificate>;
  /** How many CERTIFICATE blocks there are. */
  readonly certificates: number;
};

/** Reads `tls.crt` of a Secret whose data is valid base64. A missing entry reads as empty. */
export function readTLSSecret(secret: Secret): TLSMaterial {
  const blocks = decodePEM(entry(secret, 'tls.crt')).filter(({ type }) => type === 'CERTIFICATE');
  const [first] = blocks;
  const leaf = first ? parseCertificate(first.bytes) : failure('tls.crt holds no CERTIFICATE block');
  return { leaf, certificates: blocks.length };
}

/** Whether `tls.crt` and `tls.key` of a Secret load together, and else why not, as Go's tls.X509KeyPair sees it. */
export function loadTLSPair(secret: Secret): Result<KeyPair> {
  return loadKeyPair(entry(secret, 'tls.crt'), entry(secret, 'tls.key'));
}

/**
 * The message of a reason; for Malformed also why the pair does not load, which only the parser knows and the rules
 * cannot say.
 */
export function withCause(message: string, reason: unknown, secret: Secret | undefined): string {
  const isWhole = secret?.type === tlsSecretType && secret.data?.['tls.crt'] && secret.data['tls.key'];
  const pair = reason === 'Malformed' && isWhole ? loadTLSPair(secret) : undefined;
  return pair?.ok === false ? `${message}: ${pair.error}` : message;
}

function entry(secret: Secret, name: string): Uint8Array {
  return Buffer.from(secret.data?.[name] ?? '', 'base64');
}

/** A certificate as reports show it: names RFC 2253, instants UTC in seconds, numbers lower-case hex. */
export type CertificateFacts = {
  readonly subject: string;
  readonly issuer: string;
  readonly dnsNames: readonly string[];
  readonly notBefore: string;
  readonly notAfter: string;
  readonly serial: string;
  readonly sha256: string;
};

/** What a report shows of a certificate. */
export function certificateFacts(certificate: Certificate): CertificateFacts {
  return {
    subject: certificate.subject,
    issuer: certificate.issuer,
    dnsNames: certificate.dNSNames,
    notBefore: utcSeconds(certificate.notBeforeUnix),
    notAfter: utcSeconds(certificate.notAfterUnix),
    serial: certificate.serial,
    sha256: sha256Hex(certificate.raw),
  };
}

/** An instant in RFC 3339, UTC, seconds: `2026-01-01T00:00:00Z`. The years of X.509 are 0 to 9999. */
export function utcSeconds(unix: number): string {
  return timestamp(new Date(unix * 1000));
}
