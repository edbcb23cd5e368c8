import { secrets } from '../../cluster/resource.ts';
import type { Secret } from '../../core/kubernetes.ts';
import { type Check, type CheckedCondition, checked, notReady } from '../../core/plan/check.ts';
import { keyringCheck, type Named, nodeKeyCheck, signingKeyCheck } from '../../core/plan/key-checks.ts';
import { signingKeyFault } from '../../core/plan/sharers.ts';
import type { SeiNode } from '../../core/seinode.ts';
import type { Objects } from '../objects.ts';
import type { Executor, TaskResult } from './executor.ts';

/** Task validate-signing-key: nobody else has the key, and its Secret has the shape of one. */
export const validateSigningKey: Executor = async (node, { objects }) => {
  const shared = signingKeyFault(node, objects.nodes());
  const check = shared === undefined ? await checkSigningKey(node, objects) : notReady(shared);
  return told(node, 'SigningKeyReady', check);
};

/** Task validate-node-key. */
export const validateNodeKey: Executor = async (node, { objects }) =>
  told(node, 'NodeKeyReady', await checkNodeKey(node, objects));

/** Task validate-operator-keyring. */
export const validateOperatorKeyring: Executor = async (node, { objects }) =>
  told(node, 'OperatorKeyringReady', await checkKeyring(node, objects));

/**
 * What is wrong with the Secrets that a pod of a node mounts its keys of, and the condition that says so: it would not
 * start, or could not sign. Who else names them is not asked: nobody stops the update of a validator by naming its key.
 *
 * @returns undefined where nothing is wrong.
 */
export async function keysFault(node: SeiNode, objects: Objects): Promise<TaskResult | undefined> {
  for (const [type, look] of looks) {
    const check = await look(node, objects);
    if (check === undefined || check.kind === 'ready') continue;
    const { found } = checked(node, type, check);
    return { came: { kind: 'waiting', message: check.message }, found };
  }
  return undefined;
}

type Look = (node: SeiNode, objects: Objects) => Promise<Check | undefined>;

const looks: readonly (readonly [CheckedCondition, Look])[] = [
  ['SigningKeyReady', checkSigningKey],
  ['NodeKeyReady', checkNodeKey],
  ['OperatorKeyringReady', checkKeyring],
];

/** Where nothing is to be checked the spec was changed since the plan was made: no pod of it mounts such a key. */
function told(node: SeiNode, type: CheckedCondition, check: Check | undefined): TaskResult {
  return check === undefined ? { came: { kind: 'complete' } } : checked(node, type, check);
}

async function checkSigningKey(node: SeiNode, objects: Objects): Promise<Check | undefined> {
  const name = node.spec.validator?.signingKey?.secret?.secretName;
  return name === undefined ? undefined : signingKeyCheck(await named(node, objects, name));
}

async function checkNodeKey(node: SeiNode, objects: Objects): Promise<Check | undefined> {
  const name = node.spec.validator?.nodeKey?.secret?.secretName;
  return name === undefined ? undefined : nodeKeyCheck(await named(node, objects, name));
}

async function checkKeyring(node: SeiNode, objects: Objects): Promise<Check | undefined> {
  const spec = node.spec.validator?.operatorKeyring?.secret;
  if (spec === undefined) return undefined;
  const keyring = await named(node, objects, spec.secretName);
  const passphrase = await named(node, objects, spec.passphraseSecretRef.secretName);
  return keyringCheck(spec, keyring, passphrase);
}

/** As the API server has it now: the cache holds Secrets of certificates alone. */
async function named(node: SeiNode, objects: Objects, name: string): Promise<Named> {
  const secret = await objects.read(secrets, node.metadata.namespace, name);
  return { name, secret: secret as Secret | undefined };
}
