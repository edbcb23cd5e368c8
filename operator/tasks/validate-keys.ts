import { secrets } from '../../cluster/resource.ts';
import type { Secret } from '../../core/kubernetes.ts';
import { checked, notReady } from '../../core/plan/check.ts';
import { keyringCheck, type Named, nodeKeyCheck, signingKeyCheck } from '../../core/plan/key-checks.ts';
import { signingKeyFault } from '../../core/plan/sharers.ts';
import type { SeiNode } from '../../core/seinode.ts';
import type { Objects } from '../objects.ts';
import type { Executor, TaskResult } from './executor.ts';

/** Task validate-signing-key: nobody else has the key, and its Secret has the shape of one. */
export const validateSigningKey: Executor = async (node, { objects }) => {
  const name = node.spec.validator?.signingKey?.secret?.secretName;
  if (name === undefined) return notAsked;
  const shared = signingKeyFault(node, objects.nodes());
  const check = shared === undefined ? signingKeyCheck(await named(node, objects, name)) : notReady(shared);
  return checked(node, 'SigningKeyReady', check);
};

/** Task validate-node-key. */
export const validateNodeKey: Executor = async (node, { objects }) => {
  const name = node.spec.validator?.nodeKey?.secret?.secretName;
  if (name === undefined) return notAsked;
  return checked(node, 'NodeKeyReady', nodeKeyCheck(await named(node, objects, name)));
};

/** Task validate-operator-keyring. */
export const validateOperatorKeyring: Executor = async (node, { objects }) => {
  const spec = node.spec.validator?.operatorKeyring?.secret;
  if (spec === undefined) return notAsked;
  const keyring = await named(node, objects, spec.secretName);
  const passphrase = await named(node, objects, spec.passphraseSecretRef.secretName);
  return checked(node, 'OperatorKeyringReady', keyringCheck(spec, keyring, passphrase));
};

/** The spec was changed since the plan was made: no pod of it mounts such a key. */
const notAsked: TaskResult = { came: { kind: 'complete' } };

/** As the API server has it now: the cache holds Secrets of certificates alone. */
async function named(node: SeiNode, objects: Objects, name: string): Promise<Named> {
  const secret = await objects.read(secrets, node.metadata.namespace, name);
  return { name, secret: secret as Secret | undefined };
}
