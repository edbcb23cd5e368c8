import { createPrivateKey } from 'node:crypto';
import { failure, type Result, success } from '../result.ts';
import { Fields } from './asn1.ts';
import { readECKey } from './eckey.ts';
import type { PublicKey } from './publickey.ts';
import { readRSAKey } from './rsakey.ts';
import { OCTET_STRING } from './tags.ts';

/**
 * The public half of a PrivateKeyInfo (RFC 5208 §5), or what is wrong with the key; null where the bytes are no such
 * structure. Any version; attributes and trailing bytes are let be.
 */
export function readPKCS8(bytes: Uint8Array): Result<PublicKey> | null {
  const fields = new Fields(bytes).sequence();
  const version = fields?.int64();
  const algorithm = version === undefined ? undefined : fields?.sequence();
  const oid = algorithm?.oid();
  const parameters = oid === undefined ? undefined : algorithm?.optionalAny();
  const key = parameters === undefined ? undefined : fields?.read(OCTET_STRING);
  if (oid === undefined || parameters === undefined || !key) return null;
  return readers.get(oid)?.(key.content, parameters) ?? failure(`private key of an unknown kind ${oid}`);
}

type Reader = (key: Uint8Array, parameters: Uint8Array | null) => Result<PublicKey>;

const readers: ReadonlyMap<string, Reader> = new Map([
  ['1.2.840.113549.1.1.1', key => readRSAKey(key) ?? failure('malformed RSA private key in PKCS #8')],
  ['1.2.840.10045.2.1', ec],
  ['1.3.101.112', ed25519],
]);

// Parameters that are no OID leave the curve to the key inside.
function ec(key: Uint8Array, parameters: Uint8Array | null): Result<PublicKey> {
  const curve = new Fields(parameters ?? new Uint8Array()).oid();
  return readECKey(key, curve) ?? failure('malformed EC private key in PKCS #8');
}

// RFC 8410 §7.
function ed25519(key: Uint8Array, parameters: Uint8Array | null): Result<PublicKey> {
  const seed = new Fields(key).read(OCTET_STRING);
  if (parameters || seed?.content.length !== 32) return failure('malformed Ed25519 private key');
  const info = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed.content]);
  try {
    const { x } = createPrivateKey({ key: info, format: 'der', type: 'pkcs8' }).export({ format: 'jwk' });
    return success({ kind: 'ed25519', key: Buffer.from(x!, 'base64url').toString('hex') });
  } catch {
    return failure('Ed25519 is not available here');
  }
}
