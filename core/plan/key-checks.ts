import { decodeBase64 } from '../base64.ts';
import { parseJSON } from '../json.ts';
import type { Secret } from '../kubernetes.ts';
import type { KeyringSecret } from '../mode-specs.ts';
import { isFields } from '../schema/structural.ts';
import { type Check, invalid, notReady } from './check.ts';

/*
 * What is asked of Secrets with a validator's keys before a pod mounts them: their shape, as the controller before asked
 * for it; seid and the sidecar judge the keys. No message holds anything of a Secret's data, not even its entries' names.
 */

/** A Secret that a spec names, as the API server has it now. */
export type Named = { readonly name: string; readonly secret: Secret | undefined };

/** spec.validator.signingKey: `priv_validator_key.json`, as Tendermint writes it. */
export function signingKeyCheck(named: Named): Check {
  return keyFileCheck(named, 'priv_validator_key.json', ['address', 'pub_key', 'priv_key']);
}

/** spec.validator.nodeKey: `node_key.json`, as Tendermint writes it. */
export function nodeKeyCheck(named: Named): Check {
  return keyFileCheck(named, 'node_key.json', ['priv_key']);
}

/**
 * spec.validator.operatorKeyring: a keyring of files, an `*.info` for each key and an `*.address` that finds it; and the
 * word that unlocks it. It is not unlocked here: the operator has no business with the key.
 */
export function keyringCheck(spec: KeyringSecret, keyring: Named, passphrase: Named): Check {
  const { passphraseSecretRef, keyName } = spec;
  return (
    absence(keyring) ??
    keyringFault(keyring, keyName) ??
    absence(passphrase) ??
    entryFault(passphrase, passphraseSecretRef.key) ?? {
      kind: 'ready',
      message: `Secrets ${keyring.name} and ${passphrase.name} have what a keyring needs`,
    }
  );
}

function keyFileCheck(named: Named, entry: string, fields: readonly string[]): Check {
  const { name, secret } = named;
  const fault = absence(named) ?? entryFault(named, entry);
  if (fault !== undefined) return fault;
  const key = parseJSON(entryOf(secret, entry));
  if (!isFields(key)) return invalid(`entry ${entry} of Secret ${name} is no JSON object`);
  const missing = fields.filter(field => !isPresent(key[field], field));
  return missing.length > 0
    ? invalid(`entry ${entry} of Secret ${name} lacks ${missing.join(', ')}`)
    : { kind: 'ready', message: `entry ${entry} of Secret ${name} has the shape of its kind of key` };
}

/** A key is written as its type and its value. */
function isPresent(value: unknown, field: string): boolean {
  return field === 'address' ? isText(value) : isFields(value) && isText(value.type) && isText(value.value);
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function absence({ name, secret }: Named): Check | undefined {
  if (secret === undefined) return notReady(`Secret ${name} does not exist`);
  const since = secret.metadata.deletionTimestamp;
  return since ? notReady(`Secret ${name} is being deleted, since ${since}`) : undefined;
}

/** @param entry as spec or contract names it. */
function entryFault({ name, secret }: Named, entry: string): Check | undefined {
  return entryOf(secret, entry) === ''
    ? invalid(`Secret ${name} has no entry ${entry}, or an empty one`)
    : undefined;
}

function keyringFault(keyring: Named, keyName: string | undefined): Check | undefined {
  const { name, secret } = keyring;
  const entries = Object.keys(secret?.data ?? {});
  for (const suffix of ['.info', '.address']) {
    if (!entries.some(entry => entry.endsWith(suffix)))
      return invalid(`Secret ${name} has no entry *${suffix}`);
  }
  if (entries.some(entry => entry.endsWith('.info') && entryOf(secret, entry) === '')) {
    return invalid(`Secret ${name} has an empty entry *.info`);
  }
  return keyName ? entryFault(keyring, `${keyName}.info`) : undefined;
}

/** The text of an entry; empty where there is none. */
function entryOf(secret: Secret | undefined, entry: string): string {
  const data = secret?.data ?? {};
  return Object.hasOwn(data, entry) ? (decodeBase64(data[entry]!)?.toString() ?? '') : '';
}
