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
  const { namespace } = node.metadata;
  const tls = tlsSecretName(node);
  const named = new Set([...(tls === undefined ? [] : [tls]), ...keySecrets(node).map(({ name }) => name)]);
  return {
    secrets: [...named].map(name => objectKey(namespace, name)),
    claims: [objectKey(namespace, dataClaimName(node))],
  };
}

/** A Secret with a validator's key or what unlocks one, what that is, and the field that names it. */
export type KeySecret = { readonly what: string; readonly field: string; readonly name: string };

/** The Secrets with a validator's keys, in the order of the fields. */
export function keySecrets({ spec }: SeiNode): KeySecret[] {
  const { signingKey, nodeKey, operatorKeyring } = spec.validator ?? {};
  const rows = [
    ['signing key', 'signingKey.secret.secretName', signingKey?.secret?.secretName],
    ['node key', 'nodeKey.secret.secretName', nodeKey?.secret?.secretName],
    ['operator keyring', 'operatorKeyring.secret.secretName', operatorKeyring?.secret?.secretName],
    [
      "operator keyring's passphrase",
      'operatorKeyring.secret.passphraseSecretRef.secretName',
      operatorKeyring?.secret?.passphraseSecretRef?.secretName,
    ],
  ] as const;
  return rows.flatMap(([what, field, name]) =>
    name === undefined ? [] : [{ what, field: `spec.validator.${field}`, name }],
  );
}
