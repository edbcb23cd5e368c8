import { modes, modesOf } from '../seinode.ts';
import { type FieldFault, type Fields, has, isFields } from './structural.ts';
import { fieldPath } from './text.ts';

/**
 * The x-kubernetes-validations of the SeiNode CRD that look at one object only. `spec` must have passed the
 * structural schema.
 */
export function crossFieldFaults(spec: Fields): FieldFault[] {
  const set = modesOf(spec);
  const validator = fieldsAt(spec, 'validator');
  return [
    ...when(
      set.length !== 1,
      'spec',
      `must set exactly one of ${modes.join(', ')}, not ${set.join(' and ') || 'none'}`,
    ),
    ...when(
      has(spec, 'replayer') && !hasItems(spec.peers),
      'spec.peers',
      'is required where replayer is set, with at least one peer',
    ),
    ...peerFaults(spec.peers),
    ...modes.flatMap(mode =>
      snapshotFaults(fieldsAt(fieldsAt(spec, mode), 'snapshot'), `spec.${mode}.snapshot`),
    ),
    ...(validator === undefined ? [] : validatorFaults(validator)),
  ];
}

function when(wrong: boolean, field: string, message: string): FieldFault[] {
  return wrong ? [{ field, message }] : [];
}

function fieldsAt(fields: Fields | undefined, key: string): Fields | undefined {
  const value = fields?.[key];
  return isFields(value) ? value : undefined;
}

function hasItems(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0;
}

function exactlyOne(fields: Fields, keys: readonly string[], field: string): FieldFault[] {
  const count = keys.filter(key => has(fields, key)).length;
  return when(count !== 1, field, `must set exactly one of ${keys.join(', ')}`);
}

function peerFaults(peers: unknown): FieldFault[] {
  if (!Array.isArray(peers)) return [];
  return peers.flatMap((peer, at) =>
    exactlyOne(peer, ['ec2Tags', 'static', 'label'], fieldPath('spec.peers', at)),
  );
}

function snapshotFaults(snapshot: Fields | undefined, field: string): FieldFault[] {
  return snapshot === undefined ? [] : exactlyOne(snapshot, ['s3', 'stateSync'], field);
}

const keySources = ['signingKey', 'nodeKey', 'operatorKeyring'] as const;

function validatorFaults(validator: Fields): FieldFault[] {
  const unpaired = has(validator, 'signingKey') !== has(validator, 'nodeKey');
  const faults = when(unpaired, 'spec.validator', 'must set signingKey and nodeKey together or neither');
  for (const key of keySources) {
    const source = fieldsAt(validator, key);
    const empty = source !== undefined && !has(source, 'secret');
    faults.push(...when(empty, `spec.validator.${key}`, 'must set secret'));
  }
  return [...faults, ...sharedSecrets(validator)];
}

/** Each key of a validator lives in a Secret of its own; so does the keyring's passphrase. */
function sharedSecrets(validator: Fields): FieldFault[] {
  const keyring = fieldsAt(fieldsAt(validator, 'operatorKeyring'), 'secret');
  const named: [string, unknown][] = keySources.map(key => [
    `spec.validator.${key}.secret.secretName`,
    fieldsAt(fieldsAt(validator, key), 'secret')?.secretName,
  ]);
  named.push([
    'spec.validator.operatorKeyring.secret.passphraseSecretRef.secretName',
    fieldsAt(keyring, 'passphraseSecretRef')?.secretName,
  ]);
  return named.flatMap(([field, name], at) => {
    const first = named.slice(0, at).find(([, other]) => name !== undefined && other === name);
    return when(first !== undefined, field, `must name another Secret than ${first?.[0]}`);
  });
}
