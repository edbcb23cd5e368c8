/** An object of a terminating node that is still there. `going`: it has been deleted and waits for its finalizers. */
export type Remnant = { readonly name: string; readonly uid: string; readonly going: boolean };

/** A StatefulSet or Job. `ours`: the node manages it; else it may be that of a namesake, or have been orphaned. */
export type Workload = Remnant & { readonly kind: 'StatefulSet' | 'Job'; readonly ours: boolean };

/** A pod that carries the node's label or name. */
export type NodePod = Omit<Remnant, 'uid'> & { readonly controllerUID: string | undefined };

/** The claim of the name that a node's own has. */
export type OwnClaim = Remnant & { readonly ours: boolean; readonly resourceVersion: string };

/** The SeiNodes of the namespace as they are now, as far as they concern what is deleted. */
export type Fresh = {
  /** The claim that the node imports; a toggle sets it on the live node. */
  readonly imports: string | undefined;
  /** The other nodes that import the claim. */
  readonly importers: readonly string[];
};

/** What is known of a terminating node; what is undefined has not been looked at. */
export type Found = {
  /** Garbage collection is yet to release the node's objects (`kubectl delete --cascade=orphan`). */
  readonly orphaning: boolean;
  readonly workloads?: readonly Workload[] | undefined;
  readonly pods?: readonly NodePod[] | undefined;
  readonly claim?: OwnClaim | 'none' | undefined;
  /** `gone` is also a node that is not being deleted: etcd may have been restored to before that. */
  readonly fresh?: Fresh | 'gone' | undefined;
  /** Whether the kind stays, or its CRD is being deleted and every node with it. */
  readonly kind?: 'stays' | 'goes' | undefined;
};

/** What can be looked at. */
export type Look = 'workloads' | 'pods' | 'claim' | 'fresh' | 'kind';

export type FinalizeStep =
  | { readonly kind: 'look'; readonly at: Look }
  | { readonly kind: 'delete workloads'; readonly workloads: readonly Workload[] }
  | { readonly kind: 'delete claim'; readonly claim: OwnClaim }
  /** The claim is to belong to nobody, so that it outlives the node. */
  | { readonly kind: 'keep claim'; readonly claim: OwnClaim }
  | { readonly kind: 'wait'; readonly message: string }
  /** Nothing of the node's is left: its finalizer goes. */
  | { readonly kind: 'release' }
  /** The node itself has gone meanwhile, or stays after all. */
  | { readonly kind: 'none' };

/**
 * The next step of a node's finalizer (contract §4): StatefulSet and Jobs, then their pods, then the claim. The node is
 * looked at last, right before anything of it is deleted. A claim is never deleted beside a pod or StatefulSet, nor one that
 * somebody imports, nor where the CRD goes and nobody has deleted this very node (ADR 47).
 */
export function finalizeStep(found: Found): FinalizeStep {
  const { orphaning, workloads, pods, claim, fresh, kind } = found;
  if (orphaning)
    return wait('garbage collection is yet to release what belongs to the node (--cascade=orphan)');
  if (workloads === undefined) return { kind: 'look', at: 'workloads' };
  const ours = workloads.filter(workload => workload.ours);
  const present = ours.filter(({ going }) => !going);
  if (present.length > 0 && fresh === undefined) return { kind: 'look', at: 'fresh' };
  if (fresh === 'gone') return { kind: 'none' };
  if (present.length > 0) return { kind: 'delete workloads', workloads: present };
  if (pods === undefined) return { kind: 'look', at: 'pods' };
  const remaining = [
    ...ours.map(nameOfWorkload),
    ...pods.filter(pod => !isForeign(pod, workloads)).map(nameOfPod),
  ];
  if (remaining.length > 0) return wait(`${remaining.join(', ')} must go first`);
  if (claim === undefined) return { kind: 'look', at: 'claim' };
  if (claim === 'none' || !claim.ours) return { kind: 'release' };
  if (claim.going) return wait(`PersistentVolumeClaim ${claim.name} is being deleted`);
  return claimStep(claim, [...workloads.map(nameOfWorkload), ...pods.map(nameOfPod)], fresh, kind);
}

/** @param beside whatever may use the claim. */
function claimStep(
  claim: OwnClaim,
  beside: readonly string[],
  fresh: Fresh | undefined,
  kind: Found['kind'],
): FinalizeStep {
  const name = `PersistentVolumeClaim ${claim.name}`;
  if (beside.length > 0) return wait(`${beside.join(', ')} may use ${name} and must go first`);
  if (fresh === undefined) return { kind: 'look', at: 'fresh' };
  // Once the node is gone, garbage collection would delete what belongs to it.
  if (fresh.imports === claim.name) {
    return wait(
      `${name} is imported and belongs to this SeiNode: take away its ownerReference, else it goes with the node`,
    );
  }
  if (fresh.imports !== undefined) return { kind: 'release' };
  if (fresh.importers.length > 0) {
    return wait(
      `${name} is imported by SeiNode ${fresh.importers.join(', ')}: take away its ownerReference to keep it`,
    );
  }
  if (kind === undefined) return { kind: 'look', at: 'kind' };
  return { kind: kind === 'goes' ? 'keep claim' : 'delete claim', claim };
}

/** Whether a pod is that of a workload which is not the node's. */
function isForeign({ controllerUID }: NodePod, workloads: readonly Workload[]): boolean {
  return workloads.some(({ ours, uid }) => !ours && uid === controllerUID);
}

function nameOfWorkload({ kind, name, going }: Workload): string {
  return `${kind} ${name}${going ? ' (being deleted)' : ''}`;
}

function nameOfPod({ name, going, controllerUID }: NodePod): string {
  const state = going
    ? ' (being deleted)'
    : controllerUID === undefined
      ? ' (nobody manages it: delete it)'
      : '';
  return `Pod ${name}${state}`;
}

function wait(message: string): FinalizeStep {
  return { kind: 'wait', message };
}
