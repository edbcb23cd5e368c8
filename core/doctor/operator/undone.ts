import { objectKey } from '../../kubernetes.ts';
import type { SeiNode } from '../../seinode.ts';
import type { SeiNodeDeployment } from '../objects.ts';

/** What nobody does for a SeiNodeDeployment while its controller is away, as far as its object tells: one sentence. */
export function undone(deployment: SeiNodeDeployment, nodes: readonly SeiNode[]): string {
  const { namespace, name } = deployment.metadata;
  const clauses = [
    deletion(deployment),
    scale(deployment, nodes),
    rollout(deployment),
    genesis(deployment),
    deployment.spec?.networking && 'its Services and HTTPRoutes stay as they are',
  ].filter(clause => clause !== undefined);
  const what = clauses.length === 0 ? 'it is as it was left; an edit reaches no node' : clauses.join('; ');
  return `SeiNodeDeployment ${objectKey(namespace, name)}: ${what}`;
}

/** Garbage collection takes what it owns once its finalizer is off, and the finalizers of SeiNodes take volumes. */
function deletion({ metadata, spec }: SeiNodeDeployment): string | undefined {
  if (metadata.deletionTimestamp === undefined) return undefined;
  const kept = spec?.deletionPolicy === 'Retain' ? ', although its deletionPolicy is Retain' : '';
  return `it is being deleted and waits for its finalizer: without it the SeiNodes that it still owns are deleted with their volumes${kept}`;
}

function scale({ metadata, spec }: SeiNodeDeployment, nodes: readonly SeiNode[]): string | undefined {
  const owned = nodes.filter(
    node =>
      metadata.uid !== undefined &&
      node.metadata.ownerReferences?.some(({ uid, controller }) => controller && uid === metadata.uid),
  ).length;
  const wanted = spec?.replicas ?? 1;
  return owned === wanted ? undefined : `it asks for ${wanted} SeiNodes and has ${owned}`;
}

function rollout({ metadata, status }: SeiNodeDeployment): string | undefined {
  const task = status?.plan?.tasks?.find(({ status }) => status === 'Pending')?.type;
  if (status?.plan?.phase === 'Active') return `its plan has stopped${task ? ` at ${task}` : ''}`;
  return metadata.generation === undefined || status?.observedGeneration === metadata.generation
    ? undefined
    : `its last edit (generation ${metadata.generation}) has reached no node`;
}

function genesis({ spec, status }: SeiNodeDeployment): string | undefined {
  const isDone = status?.conditions?.some(
    ({ type, status }) => type === 'GenesisCeremonyComplete' && status === 'True',
  );
  return spec?.genesis === undefined || isDone ? undefined : 'its genesis is assembled by nobody';
}
