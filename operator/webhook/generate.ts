import { generateKeyPair, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import forge from 'node-forge';
import { validity } from '../../core/webhook/certificate.ts';
import { serverNameOf } from './names.ts';

/** What the Secret holds, in PEM. */
export type Generated = { readonly certificate: string; readonly key: string; readonly authority: string };

/** Clocks differ. */
const skew = 60 * 60 * 1000;

/**
 * Makes a CA, and one pair that it signs. The CA's key is dropped at once: the next pair has a CA of its own, so that who
 * reads the Secret can pretend to be the webhook, and sign nothing.
 *
 * @param namespace of the operator. @param now milliseconds since 1970.
 */
export async function generate(namespace: string, now: number): Promise<Generated> {
  // RSA, for node-forge signs with nothing else; made on a thread of Node's pool.
  const [signer, server] = await Promise.all([generateKey(), generateKey()]);
  // No @ in it: forge writes a PrintableString, and Go refuses one that has what may not be in it.
  const issuer = [{ name: 'commonName', value: `sei-k8s-controller-webhook-ca-${Math.floor(now / 1000)}` }];
  const authority = build(signer.publicKey, issuer, now, [
    { name: 'basicConstraints', critical: true, cA: true, pathLenConstraint: 0 },
    { name: 'keyUsage', critical: true, keyCertSign: true },
    { name: 'subjectKeyIdentifier' },
  ]);
  const name = serverNameOf(namespace);
  const altNames = [name, `${name}.cluster.local`].map(value => ({ type: 2, value }));
  const leaf = build(server.publicKey, [{ name: 'commonName', value: 'sei-k8s-controller-webhook' }], now, [
    { name: 'basicConstraints', critical: true, cA: false },
    { name: 'keyUsage', critical: true, digitalSignature: true },
    { name: 'extKeyUsage', serverAuth: true },
    { name: 'subjectAltName', altNames },
    {
      name: 'authorityKeyIdentifier',
      keyIdentifier: authority.generateSubjectKeyIdentifier().getBytes(),
    },
  ]);
  const signingKey = forge.pki.privateKeyFromPem(signer.privateKey);
  const [authorityPEM = '', certificate = ''] = [authority, leaf].map(each => {
    each.setIssuer(issuer);
    each.sign(signingKey, forge.md.sha256.create());
    return forge.pki.certificateToPem(each).replaceAll('\r', '');
  });
  return { certificate, key: server.privateKey, authority: authorityPEM };
}

function generateKey(): Promise<{ privateKey: string; publicKey: string }> {
  return promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
}

function build(
  publicKey: string,
  subject: forge.pki.CertificateField[],
  now: number,
  extensions: object[],
): forge.pki.Certificate {
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(publicKey);
  // A leading 01 keeps the number positive, which Go insists on.
  certificate.serialNumber = `01${randomBytes(15).toString('hex')}`;
  certificate.validity.notBefore = new Date(now - skew);
  certificate.validity.notAfter = new Date(now + validity);
  certificate.setSubject(subject);
  certificate.setExtensions(extensions);
  return certificate;
}
