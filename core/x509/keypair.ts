import { failure, type Result, success } from '../result.ts';
import { type CertificateParts, readParts } from './certificateparts.ts';
import { publicHalf } from './key.ts';
import { decodePEM, type PEMBlock } from './pem.ts';
import type { PublicKey } from './publickey.ts';

/** A certificate chain that a private key fits; the key itself is not kept. */
export type KeyPair = {
  /** DER of every CERTIFICATE block in order; only the first has been parsed. */
  readonly chain: readonly Uint8Array[];
  /** The first of the chain; a verdict needs little of it, and making the rest takes as long as reading it. */
  readonly leaf: CertificateParts;
};

/**
 * Loads a key pair where Go's tls.X509KeyPair would: the first CERTIFICATE block is the leaf, and the first block of
 * the key file whose label is or ends in a private key's decides. Dates, names, uses and signatures are not judged.
 */
export function loadKeyPair(certPEM: Uint8Array, keyPEM: Uint8Array): Result<KeyPair> {
  const blocks = decodePEM(certPEM);
  const chain = blocks.filter(({ type }) => type === 'CERTIFICATE').map(({ bytes }) => bytes);
  if (!chain[0]) return failure(`no CERTIFICATE block in the certificate file${labels(blocks)}`);
  const keyBlocks = decodePEM(keyPEM);
  const key = keyBlocks.find(({ type }) => type === 'PRIVATE KEY' || type.endsWith(' PRIVATE KEY'));
  if (!key) return failure(`no PRIVATE KEY block in the key file${labels(keyBlocks)}`);
  const leaf = readParts(chain[0]);
  if (!leaf.ok) return failure(`certificate: ${leaf.error}`);
  const half = publicHalf(key.bytes);
  if (!half.ok) return half;
  const problem = mismatch(leaf.value.publicKey, half.value);
  return problem ? failure(problem) : success({ chain, leaf: leaf.value });
}

function labels(blocks: readonly PEMBlock[]): string {
  const seen = blocks.slice(0, 3).map(({ type }) => JSON.stringify(type.slice(0, 40)));
  return seen.length > 0 ? `, only ${seen.join(', ')}${blocks.length > 3 ? ' and more' : ''}` : '';
}

function mismatch(certified: PublicKey, half: PublicKey): string | undefined {
  if (!['rsa', 'ecdsa', 'ed25519'].includes(certified.kind))
    return 'certificate holds a public key no server can use';
  if (certified.kind !== half.kind)
    return `private key is ${half.kind}, the certificate's is ${certified.kind}`;
  return identity(certified) === identity(half) ? undefined : "private key is not the certificate's";
}

function identity(key: PublicKey): string {
  return Object.values(key).join(' ');
}
