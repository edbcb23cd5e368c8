import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CompactEncrypt, compactDecrypt } from 'jose';
import { parseJSON } from '../../core/json.ts';
import { failure, type Result, success } from '../../core/result.ts';
import { isFields } from '../../core/schema/structural.ts';
import { createFile } from '../home/replace-file.ts';
import { type Account, accountOf, newAccount } from './account.ts';

/** The keyring of `seid --keyring-backend test`: its word is known to all, so its files are for their owner alone. */
const directory = 'keyring-test';
const word = Buffer.from('test');
const algorithms = { alg: 'PBES2-HS256+A128KW', enc: 'A256GCM' } as const;
const entry = 'validator.info';

/**
 * The account `validator` of a home's keyring; where there is none it is made, whatever a crash had left of that.
 *
 * @returns else that the entry cannot be read, and nothing of what it holds. @throws a fault of the file system.
 */
export async function validatorAccount(home: string, now: Date): Promise<Result<Account>> {
  const path = join(home, directory, entry);
  await createFile(path, () => sealed(entry, infoOf(newAccount()), now));
  const account = await opened(await readFile(path, 'utf8'));
  if (account === undefined) return failure(`${directory}/${entry} holds no key of seid's keyring "test"`);
  const index = `${Buffer.from(account.address).toString('hex')}.address`;
  await createFile(join(home, directory, index), () => sealed(index, Buffer.from(entry), now));
  return success(account);
}

/** An item as the keyring of files of 99designs has it: JSON in a JWE under the word. */
async function sealed(Key: string, data: Buffer, now: Date): Promise<string> {
  const item = {
    Key,
    Data: data.toString('base64'),
    Label: '',
    Description: '',
    KeychainNotTrustApplication: false,
    KeychainNotSynchronizable: false,
  };
  return new CompactEncrypt(Buffer.from(JSON.stringify(item)))
    .setProtectedHeader({ ...algorithms, created: now.toISOString() })
    .setKeyManagementParameters({ p2c: 8192 })
    .encrypt(word);
}

async function opened(token: string): Promise<Account | undefined> {
  try {
    const { plaintext } = await compactDecrypt(token, word, {
      keyManagementAlgorithms: [algorithms.alg],
      contentEncryptionAlgorithms: [algorithms.enc],
    });
    const item = parseJSON(Buffer.from(plaintext).toString());
    return isFields(item) && typeof item.Data === 'string'
      ? accountIn(Buffer.from(item.Data, 'base64'))
      : undefined;
  } catch {
    // What an error says of a key is nobody's.
    return undefined;
  }
}

const bytes = (hexadecimal: string) => Buffer.from(hexadecimal, 'hex');

/** What stands around the two keys of an entry of that name: Amino's lengths, prefixes of types and numbers of fields. */
const [before, between, after] = [
  Buffer.concat([bytes('690dad153d0a09'), Buffer.from('validator'), bytes('1226eb5ae98721')]),
  bytes('1a25e1b0f79b20'),
  Buffer.concat([bytes('2209'), Buffer.from('secp256k1')]),
];

/** A key as the SDK keeps it (crypto/keys/localInfo in Amino). */
export function infoOf({ publicKey, privateKey }: Account): Buffer {
  return Buffer.concat([before, publicKey, between, privateKey, after]);
}

function accountIn(info: Buffer): Account | undefined {
  const start = before.length + 33 + between.length;
  const account = accountOf(info.subarray(start, start + 32));
  return infoOf(account).equals(info) ? account : undefined;
}
