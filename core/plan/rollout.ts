import { isCurrent, type Pod, type StatefulSet } from './observed.ts';

/** What a look at the StatefulSet and its pod says of a task that rolls a template out. */
export type Rollout =
  | { readonly kind: 'complete' }
  | { readonly kind: 'waiting'; readonly message: string }
  /** A pod of an older template is to be deleted: under its UID, so that its successor never is. */
  | { readonly kind: 'delete'; readonly name: string; readonly uid: string };

/**
 * Task replace-pod: the StatefulSet is OnDelete, so a new template waits until its pod is deleted. Complete once no pod
 * of an older template is left.
 *
 * @param pod the pod `N-0`, where there is one.
 */
export function replacePod(statefulSet: StatefulSet | undefined, pod: Pod | undefined): Rollout {
  if (statefulSet === undefined) return { kind: 'waiting', message: 'the StatefulSet does not exist yet' };
  if (!isObserved(statefulSet)) {
    return { kind: 'waiting', message: 'the StatefulSet controller has not seen the new template yet' };
  }
  if (pod === undefined || isCurrent(statefulSet, pod)) return { kind: 'complete' };
  const { name, uid, deletionTimestamp } = pod.metadata;
  if (!isOwned(statefulSet, pod)) {
    return { kind: 'waiting', message: `pod ${name} does not belong to the StatefulSet` };
  }
  if (deletionTimestamp !== undefined || uid === undefined) {
    return { kind: 'waiting', message: `pod ${name} of the former template is still terminating` };
  }
  return { kind: 'delete', name, uid };
}

/** Task observe-image: complete once the pod is of the present template. */
export function observeImage(
  statefulSet: StatefulSet | undefined,
  pod: Pod | undefined,
): Exclude<Rollout, { kind: 'delete' }> {
  if (statefulSet !== undefined && isObserved(statefulSet) && pod !== undefined) {
    if (isCurrent(statefulSet, pod) && !pod.metadata.deletionTimestamp) return { kind: 'complete' };
  }
  return { kind: 'waiting', message: 'no pod of the new template exists yet' };
}

/** Whether status speaks of the present spec. */
function isObserved({ metadata, status }: StatefulSet): boolean {
  return (
    status?.updateRevision !== undefined && (status.observedGeneration ?? 0) >= (metadata.generation ?? 0)
  );
}

function isOwned(statefulSet: StatefulSet, { metadata }: Pod): boolean {
  return (metadata.ownerReferences ?? []).some(
    ({ kind, uid }) => kind === 'StatefulSet' && uid === statefulSet.metadata.uid,
  );
}
