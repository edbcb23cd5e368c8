import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseJSON } from '../../core/json.ts';
import { failure, type Result, success } from '../../core/result.ts';
import { isFields } from '../../core/schema/structural.ts';
import { createFile } from '../home/replace-file.ts';

/** What others may know of a node's keys. */
export type Identity = {
  /** As peers call the node. */
  readonly nodeID: string;
  /** The public key that it signs blocks with: 32 bytes of Ed25519. */
  readonly consensusKey: Uint8Array;
};

const files = { node: 'config/node_key.json', consensus: 'config/priv_validator_key.json' } as const;

/**
 * Makes the keys of a home that are not there: one that `seid init` or anybody else has left is the node's, for good.
 *
 * @throws a fault of the file system.
 */
export async function ensureIdentity(home: string): Promise<void> {
  await createFile(join(home, files.node), () => nodeKeyText(newKey()));
  await createFile(join(home, files.consensus), () => consensusKeyText(newKey()));
}

/** Reads the keys of a home. @returns else which is not there or none, and nothing of what it holds. */
export async function readIdentity(home: string): Promise<Result<Identity>> {
  const node = await publicKeyIn(home, files.node);
  if (!node.ok) return node;
  const consensus = await publicKeyIn(home, files.consensus);
  if (!consensus.ok) return consensus;
  return success({ nodeID: addressOf(node.value), consensusKey: consensus.value });
}

/** Seed and public key, 32 bytes each, as Go has a private key of Ed25519. */
function newKey(): Buffer {
  const { d = '', x = '' } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  return Buffer.concat([Buffer.from(d, 'base64url'), Buffer.from(x, 'base64url')]);
}

/** node_key.json, byte for byte as Tendermint writes it. */
export function nodeKeyText(key: Buffer): string {
  return JSON.stringify({ id: addressOf(key.subarray(32)), priv_key: privateKey(key) });
}

/** priv_validator_key.json, byte for byte as Tendermint writes it. */
export function consensusKeyText(key: Buffer): string {
  const publicKey = key.subarray(32);
  const fields = {
    address: addressOf(publicKey).toUpperCase(),
    pub_key: { type: 'tendermint/PubKeyEd25519', value: publicKey.toString('base64') },
    priv_key: privateKey(key),
  };
  return JSON.stringify(fields, null, 2);
}

function privateKey(key: Buffer): object {
  return { type: 'tendermint/PrivKeyEd25519', value: key.toString('base64') };
}

/** The first 20 bytes of the digest of a public key, in hexadecimal. */
function addressOf(publicKey: Uint8Array): string {
  return createHash('sha256').update(publicKey).digest('hex').slice(0, 40);
}

async function publicKeyIn(home: string, file: string): Promise<Result<Buffer>> {
  const text = await readFile(join(home, file), 'utf8').catch(orAbsent);
  if (text === undefined) return failure(`${file} is not there; generate-identity makes it`);
  const fields = parseJSON(text);
  const { type, value } = isFields(fields) && isFields(fields.priv_key) ? fields.priv_key : {};
  const key = Buffer.from(typeof value === 'string' ? value : '', 'base64');
  return type === 'tendermint/PrivKeyEd25519' && isPair(key)
    ? success(key.subarray(32))
    : failure(`${file} holds no Ed25519 key as Tendermint writes it`);
}

/** Whether its second half is the public key of its first: Go believes in that. */
function isPair(key: Buffer): boolean {
  if (key.length !== 64) return false;
  const header = Buffer.from('302e020100300506032b657004220420', 'hex');
  const seed = createPrivateKey({
    key: Buffer.concat([header, key.subarray(0, 32)]),
    format: 'der',
    type: 'pkcs8',
  });
  const publicKey = createPublicKey(seed).export({ format: 'der', type: 'spki' });
  return publicKey.subarray(-32).equals(key.subarray(32));
}

function orAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
