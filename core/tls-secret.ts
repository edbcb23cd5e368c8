import type { Secret } from './kubernetes.ts';
import { failure, type Result } from './result.ts';
import { type Certificate, parseCertificate, sha256Hex } from './x509/certificate.ts';
import { type KeyPair, loadKeyPair } from './x509/keypair.ts';
import { decodePEM } from './x509/pem.ts';

/** What a TLS Secret holds, for a person to read: the verdict is the rules'. */
export type TLSMaterial = {
  /** The first CERTIFICATE block of tls.crt, or why there is none. */
  readonly leaf: Result<Certificate>;
  /** How many CERTIFICATE blocks tls.crt holds. */
  readonly certificates: number;
  /** Whether tls.crt and tls.key load together, and else why not, as Go's tls.X509KeyPair sees it. */
  readonly pair: Result<KeyPair>;
};

/** Reads `tls.crt` and `tls.key` of a Secret whose data is valid base64. A missing entry reads as empty. */
export function readTLSSecret(secret: Secret): TLSMaterial {
  const certificatePEM = entry(secret, 'tls.crt');
  const blocks = decodePEM(certificatePEM).filter(block => block.type === 'CERTIFICATE');
  return {
    leaf:
      blocks[0] === undefined
        ? failure('tls.crt holds no CERTIFICATE block')
        : parseCertificate(blocks[0].bytes),
    certificates: blocks.length,
    pair: loadKeyPair(certificatePEM, entry(secret, 'tls.key')),
  };
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
    notBefore: utcSeconds(certificate.notBefore),
    notAfter: utcSeconds(certificate.notAfter),
    serial: certificate.serial,
    sha256: sha256Hex(certificate.raw),
  };
}

/** An RFC 3339 instant in UTC, in seconds: `2026-01-01T00:00:00Z`. */
export function utcSeconds(instant: string): string {
  const date = new Date(instant);
  return Number.isNaN(date.valueOf()) ? instant : date.toISOString().replace(/\.\d+Z$/, 'Z');
}
