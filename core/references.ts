import { objectKey } from './kubernetes.ts';
import { dataClaimName } from './resources/names.ts';
import { type SeiNode, tlsSecretName } from './seinode.ts';

/** The objects that a node's spec names: a change of one of them may change what becomes of the node. */
export type References = {
  /** `NAMESPACE/NAME`, each once. */
  readonly secrets: readonly string[];
  readonly claims: readonly string[];
};

/** The Secrets and the claim that a node counts on, whether they exist or not. */
export function referencesOf(node: SeiNode): References {
  const { signingKey, nodeKey, operatorKeyring } = node.spec.validator ?? {};
  const names = [
    tlsSecretName(node),
    signingKey?.secret?.secretName,
    nodeKey?.secret?.secretName,
    operatorKeyring?.secret?.secretName,
    operatorKeyring?.secret?.passphraseSecretRef?.secretName,
  ];
  const { namespace } = node.metadata;
  const named = new Set(names.filter(name => name !== undefined));
  return {
    secrets: [...named].map(name => objectKey(namespace, name)),
    claims: [objectKey(namespace, dataClaimName(node))],
  };
}
