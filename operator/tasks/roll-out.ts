import { ClusterError } from '../../cluster/error.ts';
import { persistentVolumeClaims, pods, statefulSets } from '../../cluster/resource.ts';
import { isControlledBy, type Owned } from '../../core/ownership.ts';
import { mountsClaim, type Pod, type StatefulSet } from '../../core/plan/observed.ts';
import * as rollout from '../../core/plan/rollout.ts';
import { dataClaimName } from '../../core/resources/names.ts';
import type { SeiNode } from '../../core/seinode.ts';
import type { Came } from '../../core/sidecar/outcome.ts';
import type { Objects } from '../objects.ts';
import { importFault } from './ensure-data-pvc.ts';
import type { Executor } from './executor.ts';
import { keysFault } from './validate-keys.ts';

/**
 * Task replace-pod: a pod of an older template is deleted, once, and waited for. Not while its successor could not start:
 * a claim that is being deleted goes with the last pod on it, and the chain with that.
 */
export const replacePod: Executor = async (node, around) => {
  const { objects } = around;
  const { statefulSet, pod } = await look(node, objects);
  const next = rollout.replacePod(statefulSet, pod);
  if (next.kind !== 'delete') return { came: next };
  const going = await goingClaim(node, objects);
  if (going !== undefined) return { came: { kind: 'waiting', message: going } };
  // A claim that spec names since is as new to the node as to an init plan.
  const fault = mountsClaim(pod, dataClaimName(node)) ? undefined : await importFault(node, around);
  return fault ?? (await keysFault(node, objects)) ?? { came: await deletePod(node, objects, next) };
};

/** Task observe-image: a pod of the present template exists. */
export const observeImage: Executor = async (node, { objects }) => {
  const { statefulSet, pod } = await look(node, objects);
  return { came: rollout.observeImage(statefulSet, pod) };
};

/**
 * StatefulSet and pod as the API server has them: the task before has just written the template, and on a cache from
 * before that the old pod would pass for the new one. A namesake's StatefulSet is none.
 */
async function look(
  node: SeiNode,
  objects: Objects,
): Promise<{ statefulSet: StatefulSet | undefined; pod: Pod | undefined }> {
  const { namespace, name } = node.metadata;
  const statefulSet = (await objects.read(statefulSets, namespace, name)) as StatefulSet | undefined;
  const pod = (await objects.read(pods, namespace, `${name}-0`)) as Pod | undefined;
  return { statefulSet: statefulSet && isControlledBy(statefulSet, node) ? statefulSet : undefined, pod };
}

async function goingClaim(node: SeiNode, objects: Objects): Promise<string | undefined> {
  const name = dataClaimName(node);
  const claim = await objects.read(persistentVolumeClaims, node.metadata.namespace, name);
  const since = (claim as Owned | undefined)?.metadata.deletionTimestamp;
  return (
    since &&
    `PersistentVolumeClaim ${name} is being deleted, since ${since}, and would go with the present pod`
  );
}

async function deletePod(node: SeiNode, objects: Objects, pod: { name: string; uid: string }): Promise<Came> {
  try {
    await objects.remove(node, pods, pod.name, { uid: pod.uid, propagationPolicy: 'Background' });
    return { kind: 'waiting', message: `pod ${pod.name} of the former template is being deleted` };
  } catch (error) {
    if (!(error instanceof ClusterError && error.fault.status === 409)) throw error;
    return { kind: 'waiting', message: `pod ${pod.name} has been replaced meanwhile` };
  }
}
