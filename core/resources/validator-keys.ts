import type { SeiNode } from '../seinode.ts';
import type { EnvVar, Volume, VolumeMount } from './types.ts';

type SecretSource = { readonly secret?: { readonly secretName: string } };

/** The fields of spec.validator that name key material. */
type ValidatorKeys = {
  readonly signingKey?: SecretSource;
  readonly nodeKey?: SecretSource;
  readonly operatorKeyring?: {
    readonly secret?: {
      readonly secretName: string;
      readonly passphraseSecretRef: { readonly secretName: string; readonly key: string };
    };
  };
};

const keyring = 'operator-keyring';
const ownerOnly = 0o400;

/** A key that seid reads: the field, the volume, and its file below config/, named as in the Secret. */
const seidKeys = [
  { field: 'signingKey', volume: 'signing-key', file: 'priv_validator_key.json' },
  { field: 'nodeKey', volume: 'node-key', file: 'node_key.json' },
] as const;

/** The volumes of a validator's keys; none for what it does not name. */
export function keyVolumes(node: SeiNode): Volume[] {
  const keys = keysOf(node);
  const files = seidKeys.flatMap(({ field, volume, file }) =>
    secretVolume(volume, keys[field]?.secret?.secretName, file),
  );
  return [...files, ...secretVolume(keyring, keys.operatorKeyring?.secret?.secretName)];
}

/**
 * Where seid finds its consensus keys. Mounted by subPath, which the kubelet never updates: an edit of the Secret must
 * not change the key under a running seid, which might sign one height twice.
 */
export function seidKeyMounts(node: SeiNode, home: string): VolumeMount[] {
  const keys = keysOf(node);
  return seidKeys
    .filter(({ field }) => keys[field]?.secret !== undefined)
    .map(({ volume, file }) => ({
      name: volume,
      mountPath: `${home}/config/${file}`,
      subPath: file,
      readOnly: true,
    }));
}

/** Where the sidecar, and nobody else, finds the operator's keyring: keyring-file is the Cosmos SDK's name for it. */
export function keyringMounts(node: SeiNode, home: string): VolumeMount[] {
  return keysOf(node).operatorKeyring?.secret === undefined
    ? []
    : [{ name: keyring, mountPath: `${home}/keyring-file`, readOnly: true }];
}

/** What unlocks it, from a Secret of its own: in the keyring's directory it would be taken for a key. */
export function keyringEnv(node: SeiNode): EnvVar[] {
  const reference = keysOf(node).operatorKeyring?.secret?.passphraseSecretRef;
  if (reference === undefined) return [];
  const secretKeyRef = { name: reference.secretName, key: reference.key };
  return [{ name: 'SEI_KEYRING_PASSPHRASE', valueFrom: { secretKeyRef } }];
}

function keysOf(node: SeiNode): ValidatorKeys {
  return node.spec.validator ?? {};
}

function secretVolume(name: string, secretName: string | undefined, file?: string): Volume[] {
  if (secretName === undefined) return [];
  const items = file === undefined ? {} : { items: [{ key: file, path: file }] };
  return [{ name, secret: { secretName, defaultMode: ownerOnly, ...items } }];
}
