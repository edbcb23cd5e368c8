import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';

/** A key pair in PEM: PKCS#8 and SubjectPublicKeyInfo. */
export type KeyPair = { readonly privateKey: string; readonly publicKey: string };

/** Makes an RSA key, the one kind that node-forge signs with; 3072 bits are good beyond 2030 (NIST SP 800-57, 5.6.3). */
export function generateKey(): Promise<KeyPair> {
  return promisify(generateKeyPair)('rsa', {
    modulusLength: 3072,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
}
