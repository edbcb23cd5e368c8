import { failure, type Result } from '../result.ts';
import { readECKey } from './eckey.ts';
import { readPKCS8 } from './pkcs8.ts';
import type { PublicKey } from './publickey.ts';
import { readRSAKey } from './rsakey.ts';

/**
 * The public half of a private key in DER, or what is wrong with it. The label of its PEM block does not count: the
 * bytes are tried as PKCS #1, PKCS #8 and SEC 1, in that order, as Go's crypto/tls does.
 */
export function publicHalf(bytes: Uint8Array): Result<PublicKey> {
  return (
    readRSAKey(bytes) ??
    readPKCS8(bytes) ??
    readECKey(bytes, undefined) ??
    failure('private key is neither PKCS #1, PKCS #8 nor SEC 1')
  );
}
