import forge from 'node-forge';
import type { KeyPair } from './key.ts';

/**
 * A PKCS#10 request (RFC 2986) in PEM: no subject, the names as critical subjectAltName, because without a subject the
 * certificate must have it so (RFC 5280 §4.2.1.6). What the key may be used for is the signer's to say.
 */
export function signingRequest(key: KeyPair, dnsNames: readonly string[]): string {
  const request = forge.pki.createCertificationRequest();
  request.publicKey = forge.pki.publicKeyFromPem(key.publicKey);
  request.setSubject([]);
  request.setAttributes([
    { name: 'extensionRequest', extensions: [{ ...subjectAltName(dnsNames), critical: true }] },
  ]);
  request.sign(forge.pki.privateKeyFromPem(key.privateKey), forge.md.sha256.create());
  return withLineFeeds(forge.pki.certificationRequestToPem(request));
}

/** The extension subjectAltName as node-forge takes it: dNSNames alone. */
export function subjectAltName(dnsNames: readonly string[]): object {
  return { name: 'subjectAltName', altNames: dnsNames.map(value => ({ type: 2, value })) };
}

/** node-forge ends the lines of PEM as mail does. */
export function withLineFeeds(pem: string): string {
  return pem.replaceAll('\r\n', '\n');
}
