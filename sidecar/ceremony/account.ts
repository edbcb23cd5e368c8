import { secp256k1 } from '@noble/curves/secp256k1.js';
import { ripemd160 } from '@noble/hashes/legacy.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { bech32 } from '@scure/base';

/** An account of a chain, with the key that signs for it. */
export type Account = {
  readonly privateKey: Uint8Array;
  /** Compressed, as the Cosmos SDK has it. */
  readonly publicKey: Uint8Array;
  readonly address: Uint8Array;
};

/** The account of a key of secp256k1. @throws where the bytes are no such key. */
export function accountOf(privateKey: Uint8Array): Account {
  const publicKey = secp256k1.getPublicKey(privateKey, true);
  return { privateKey, publicKey, address: ripemd160(sha256(publicKey)) };
}

/** An account that nobody has had before. */
export function newAccount(): Account {
  return accountOf(secp256k1.utils.randomSecretKey());
}

/** Signs bytes as the SDK does: of their digest, the same signature each time (RFC 6979), 64 bytes. */
export function signed({ privateKey }: Account, bytes: Uint8Array): Uint8Array {
  return secp256k1.sign(sha256(bytes), privateKey, { prehash: false });
}

/** An address as people read it: `sei1…` of an account, `seivaloper1…` of the validator it runs. */
export function bech32Address(prefix: 'sei' | 'seivaloper', address: Uint8Array): string {
  return bech32.encode(prefix, bech32.toWords(address));
}

/** The bytes of an address; undefined where it is none. */
export function addressBytes(text: string): Uint8Array | undefined {
  const decoded = bech32.decodeUnsafe(text);
  return (decoded && bech32.fromWordsUnsafe(decoded.words)) || undefined;
}

/** The address of the same key for the EVM, with the checksum of EIP-55 in its letters. */
export function evmAddress({ privateKey }: Account): string {
  const publicKey = secp256k1.getPublicKey(privateKey, false).subarray(1);
  const digits = Buffer.from(keccak_256(publicKey)).subarray(12).toString('hex');
  const checksum = Buffer.from(keccak_256(Buffer.from(digits))).toString('hex');
  return `0x${digits.replace(/./g, (digit, at) => (checksum.charAt(at) >= '8' ? digit.toUpperCase() : digit))}`;
}
