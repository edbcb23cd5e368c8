import { createSign, generateKeyPair, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import forge from 'node-forge';

/** A certificate and its key, both in PEM. */
export type KeyPair = { readonly certificate: string; readonly key: string };

/** An x509 subject as Kubernetes reads it: CN is the user, each O a group. */
export type Subject = { readonly commonName: string; readonly organizations?: readonly string[] };

/** A certificate authority of a test. */
export type Authority = {
  /** Its certificate in PEM. */
  readonly certificate: string;
  /**
   * Issues for a server and a client. @param names DNS names. @param addresses IP addresses. @param key one that many
   * certificates share, for making one takes longer than all the rest; else it gets its own. @param validity where it is
   * not that of everything; x509 has whole seconds.
   */
  readonly issue: (
    subject: Subject,
    names?: readonly string[],
    addresses?: readonly string[],
    key?: Key,
    validity?: Validity,
  ) => Promise<KeyPair>;
};

export type Validity = { readonly notBefore?: Date; readonly notAfter?: Date };

/** The halves of an RSA key in PEM. */
export type Key = { readonly privateKey: string; readonly publicKey: string };

/** Makes an RSA key. */
export function generateKey(): Promise<Key> {
  return promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
}

/** Makes a self-signed authority. Everything is valid for a year, from an hour ago. */
export async function createAuthority(commonName: string): Promise<Authority> {
  const { privateKey, publicKey } = await generateKey();
  const root = build({ commonName }, publicKey, [
    { name: 'basicConstraints', cA: true, critical: true },
    { name: 'keyUsage', keyCertSign: true, critical: true },
  ]);
  root.setIssuer(root.subject.attributes);
  sign(root, privateKey);
  const issue: Authority['issue'] = async (subject, names = [], addresses = [], shared, validity = {}) => {
    const pair = shared ?? (await generateKey());
    const certificate = build(subject, pair.publicKey, [
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
      ...alternativeNames(names, addresses),
    ]);
    Object.assign(certificate.validity, validity);
    certificate.setIssuer(root.subject.attributes);
    sign(certificate, privateKey);
    return { certificate: forge.pki.certificateToPem(certificate), key: pair.privateKey };
  };
  return { certificate: forge.pki.certificateToPem(root), issue };
}

/** As forge signs, by OpenSSL: fifty times as fast. */
function sign(certificate: forge.pki.Certificate, privateKey: string): void {
  const native = {
    sign: () => {
      const signed = forge.asn1.toDer((certificate as { tbsCertificate?: forge.asn1.Asn1 }).tbsCertificate!);
      return createSign('sha256').update(signed.getBytes(), 'latin1').sign(privateKey).toString('latin1');
    },
  };
  certificate.sign(native as never, forge.md.sha256.create());
}

function build(
  { commonName, organizations = [] }: Subject,
  publicKey: string,
  extensions: readonly object[],
): forge.pki.Certificate {
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(publicKey);
  // A leading 01 keeps the number positive, which Go insists on.
  certificate.serialNumber = `01${randomBytes(15).toString('hex')}`;
  certificate.validity.notBefore = new Date(Date.now() - 3_600_000);
  certificate.validity.notAfter = new Date(Date.now() + 365 * 86_400_000);
  certificate.setSubject([
    ...organizations.map(value => ({ shortName: 'O', value })),
    { shortName: 'CN', value: commonName },
  ]);
  certificate.setExtensions([...extensions]);
  return certificate;
}

function alternativeNames(names: readonly string[], addresses: readonly string[]): object[] {
  const altNames = [...names.map(value => ({ type: 2, value })), ...addresses.map(ip => ({ type: 7, ip }))];
  return altNames.length === 0 ? [] : [{ name: 'subjectAltName', altNames }];
}
