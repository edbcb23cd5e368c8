import { importedClaimName } from '../resources/names.ts';
import type { Volume } from '../resources/types.ts';
import type { SeiNode } from '../seinode.ts';
import type { Pod, StatefulSet } from './observed.ts';
import { signingSecretName } from './sharers.ts';

/** What may mount a key or a volume in the namespace of a node, its own StatefulSet and pods among it. */
export type Mounters = { readonly statefulSets: readonly StatefulSet[]; readonly pods: readonly Pod[] };

/**
 * Why a node must not begin with its consensus key or the claim it imports: the pod of another has it. What SeiNodes say
 * (`sharers.ts`) is not enough: one that names a key no more has a pod with it until the next plan, and one deleted with
 * --cascade=orphan leaves a pod behind.
 *
 * @param present the node's StatefulSet as it is: what it mounts already is no beginning.
 */
export function mountedFault(
  node: SeiNode,
  { statefulSets, pods }: Mounters,
  present: StatefulSet | undefined,
): string | undefined {
  const { name } = node.metadata;
  const had = present?.spec?.template?.spec?.volumes ?? [];
  const others = [
    ...statefulSets.filter(each => each.metadata.name !== name).map(asMounter),
    ...pods.filter(pod => pod.metadata.labels?.['sei.io/node'] !== name && !hasEnded(pod)).map(podAsMounter),
  ];
  for (const { what, volumes = [] } of others) {
    const taken = used(node, volumes).find(use => !used(node, had).includes(use));
    if (taken !== undefined) return `${what} still mounts ${taken}`;
  }
  return undefined;
}

/** What of a node's is among volumes. */
function used(node: SeiNode, volumes: readonly Volume[]): string[] {
  const [key, claim] = [signingSecretName(node), importedClaimName(node)];
  return volumes.flatMap(({ secret, persistentVolumeClaim }) => [
    ...(key !== undefined && secret?.secretName === key ? [`the signing key in Secret ${key}`] : []),
    ...(claim !== undefined && persistentVolumeClaim?.claimName === claim
      ? [`PersistentVolumeClaim ${claim}`]
      : []),
  ]);
}

type Mounter = { readonly what: string; readonly volumes: readonly Volume[] | undefined };

function asMounter({ metadata, spec }: StatefulSet): Mounter {
  return { what: `StatefulSet ${metadata.name}`, volumes: spec?.template?.spec?.volumes };
}

function podAsMounter({ metadata, spec }: Pod): Mounter {
  return { what: `Pod ${metadata.name}`, volumes: spec?.volumes };
}

/** Whether a pod has run to its end: it uses nothing any more. */
export function hasEnded({ status }: Pod): boolean {
  return status?.phase === 'Succeeded' || status?.phase === 'Failed';
}
