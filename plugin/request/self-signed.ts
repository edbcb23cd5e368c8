import { Buffer } from 'node:buffer';
import forge from 'node-forge';
import { tlsSecretType } from '../../core/kubernetes.ts';
import { UsageError } from '../errors.ts';
import type { Structured } from '../output/structured.ts';
import type { KeyPair } from './key.ts';
import { subjectAltName, withLineFeeds } from './pkcs10.ts';
import type { Target } from './target.ts';

/** What a self-signed certificate takes from outside. */
export type Circumstances = {
  readonly key: KeyPair;
  /** RFC 3339. */
  readonly now: string;
  /** 16 random bytes. */
  readonly serial: Uint8Array;
};

const day = 24 * 60 * 60 * 1000;
/** As Kubernetes' own signers backdate: clocks differ. */
const skew = 5 * 60 * 1000;
const mark = 'Self-signed for development';

/**
 * A Secret of type kubernetes.io/tls whose certificate its own key has signed, good for 90 days. The private key is inside.
 *
 * @throws UsageError where X.509 cannot tell the time.
 */
export function developmentSecret(
  secretName: string,
  { namespace, dnsNames }: Target,
  circumstances: Circumstances,
): Structured {
  const encoded = (text: string) => Buffer.from(text).toString('base64');
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: secretName,
      namespace,
      annotations: { 'seinode.sei.io/self-signed': `${mark}: nobody vouches for it, and nothing renews it` },
    },
    type: tlsSecretType,
    data: {
      'tls.crt': encoded(selfSigned(dnsNames, circumstances)),
      'tls.key': encoded(circumstances.key.privateKey),
    },
  };
}

function selfSigned(dnsNames: readonly string[], { key, now, serial }: Circumstances): string {
  const certificate = forge.pki.createCertificate();
  const publicKey = forge.pki.publicKeyFromPem(key.publicKey);
  certificate.publicKey = publicKey;
  certificate.serialNumber = serialNumber(serial);
  certificate.validity = validity(now);
  // An issuer must have a name (RFC 5280 §4.1.2.4); an organization may be as long as this, and is no CN.
  const name = [{ name: 'organizationName', value: mark }];
  certificate.setSubject(name);
  certificate.setIssuer(name);
  certificate.setExtensions([
    { name: 'basicConstraints', critical: true, cA: false },
    { name: 'keyUsage', critical: true, digitalSignature: true },
    { name: 'extKeyUsage', serverAuth: true },
    subjectAltName(dnsNames),
    { name: 'subjectKeyIdentifier' },
    // Tells one from another of the same issuer, while a rotation trusts both.
    { name: 'authorityKeyIdentifier', keyIdentifier: true },
  ]);
  certificate.sign(forge.pki.privateKeyFromPem(key.privateKey), forge.md.sha256.create());
  return withLineFeeds(forge.pki.certificateToPem(certificate));
}

/** Positive and without a leading zero whatever the bytes (RFC 5280 §4.1.2.2). */
function serialNumber([first = 0, ...rest]: Uint8Array): string {
  return Buffer.from([(first & 0x3f) | 0x40, ...rest]).toString('hex');
}

function validity(now: string): { notBefore: Date; notAfter: Date } {
  const at = Date.parse(now);
  const [notBefore, notAfter] = [new Date(at - skew), new Date(at + 90 * day)];
  if (notBefore.getUTCFullYear() < 1950 || notAfter.getUTCFullYear() > 9999) {
    throw new UsageError(`--now "${now}": a certificate cannot begin before 1950 or end after 9999`);
  }
  return { notBefore, notAfter };
}
