import { dataClaimName, importedClaimName } from '../resources/names.ts';
import type { SeiNode } from '../seinode.ts';
import type { StatefulSet } from './observed.ts';

/*
 * Two pods on one volume break the chain, two with one consensus key sign one height twice. Whoever is asked first is
 * not told from who came second: while two nodes name one thing, none begins to use it. So no moment in which one has
 * been let in and its status does not say so yet can let the other in too.
 */

/** Why a node must not begin with the claim it imports: another SeiNode has or imports it too. */
export function claimFault(node: SeiNode, nodes: readonly SeiNode[]): string | undefined {
  const name = importedClaimName(node);
  const other = name === undefined ? undefined : otherWith(node, nodes, dataClaimName, name);
  return other && `SeiNode ${other} uses PersistentVolumeClaim ${name} too: one of the two must go`;
}

/** Why a node must not begin with its consensus key: another SeiNode in the namespace names the same Secret. */
export function signingKeyFault(node: SeiNode, nodes: readonly SeiNode[]): string | undefined {
  const name = signingSecretName(node);
  const other = name === undefined ? undefined : otherWith(node, nodes, signingSecretName, name);
  return other && `SeiNode ${other} names the signing key in Secret ${name} too: one of the two must go`;
}

/**
 * Why a StatefulSet must not be given to a node: it would begin to use what another node names. What its pod mounts
 * already is no beginning, so an intruder holds up no update of a node that runs.
 *
 * @param present the node's StatefulSet as it is.
 */
export function newlySharedFault(
  node: SeiNode,
  nodes: readonly SeiNode[],
  present: StatefulSet | undefined,
): string | undefined {
  const volumes = present?.spec?.template?.spec?.volumes ?? [];
  const [key, claim] = [signingSecretName(node), importedClaimName(node)];
  const hasKey = volumes.some(({ secret }) => secret?.secretName === key);
  const hasClaim = volumes.some(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName === claim);
  return (
    (hasKey ? undefined : signingKeyFault(node, nodes)) ?? (hasClaim ? undefined : claimFault(node, nodes))
  );
}

/** The Secret with a validator's consensus key. */
export function signingSecretName({ spec }: SeiNode): string | undefined {
  return spec.validator?.signingKey?.secret?.secretName;
}

function otherWith(
  { metadata }: SeiNode,
  nodes: readonly SeiNode[],
  use: (node: SeiNode) => string | undefined,
  name: string,
): string | undefined {
  const other = nodes.find(
    each =>
      each.metadata.namespace === metadata.namespace &&
      each.metadata.uid !== metadata.uid &&
      use(each) === name,
  );
  return other?.metadata.name;
}
