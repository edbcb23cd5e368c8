import { ClusterError } from '../../cluster/error.ts';
import { persistentVolumeClaims, persistentVolumes } from '../../cluster/resource.ts';
import type { Owned } from '../../core/ownership.ts';
import { type Check, checked, notReady } from '../../core/plan/check.ts';
import { type Claim, claimCheck, type Volume, volumeCheck } from '../../core/plan/imported-claim.ts';
import { failedOfStranger, ownClaim } from '../../core/plan/own-claim.ts';
import { claimFault } from '../../core/plan/sharers.ts';
import { dataClaim } from '../../core/resources/data-claim.ts';
import { forMode } from '../../core/resources/mode.ts';
import { importedClaimName, ownClaimName } from '../../core/resources/names.ts';
import type { PersistentVolumeClaim } from '../../core/resources/types.ts';
import type { SeiNode } from '../../core/seinode.ts';
import type { Came } from '../../core/sidecar/outcome.ts';
import type { Around, Executor, TaskResult } from './executor.ts';

/** Task ensure-data-pvc: the node has a volume of its own, or the one that it imports can be used. */
export const ensureDataPVC: Executor = async (node, around) => {
  const claim = dataClaim(node, around.settings);
  return claim === undefined
    ? checked(node, 'ImportPVCReady', await checkImport(node, around))
    : { came: await ensureOwn(node, around, claim) };
};

/** What is wrong with the claim that a node imports, and the condition that says so; undefined where nothing is. */
export async function importFault(node: SeiNode, around: Around): Promise<TaskResult | undefined> {
  if (importedClaimName(node) === undefined) return undefined;
  const check = await checkImport(node, around);
  if (check.kind === 'ready') return undefined;
  const { found } = checked(node, 'ImportPVCReady', check);
  return { came: { kind: 'waiting', message: check.message }, found };
}

/**
 * Whether what failed ensure-data-pvc is mended: the import can be used or may come to be, the claim in the way is gone.
 * Nothing is made: that is for a plan.
 *
 * @param task the one that failed.
 */
export const lookAgainAtPVC: Executor = async (node, around, task) => {
  if (importedClaimName(node) !== undefined) return ensureDataPVC(node, around, task);
  const there = await around.objects.read(
    persistentVolumeClaims,
    node.metadata.namespace,
    ownClaimName(node),
  );
  const came = ownClaim(node, there as Owned | undefined);
  const isMended = came.kind !== 'terminal' && failedOfStranger(node, task.error);
  if (isMended) return { came: { kind: 'complete' } };
  return { came: { kind: 'terminal', message: task.error ?? '' } };
};

/** One that the cache does not know is met as the claim is made: then it is looked at. */
async function ensureOwn(node: SeiNode, { objects }: Around, claim: PersistentVolumeClaim): Promise<Came> {
  const { namespace, name } = claim.metadata;
  const isKnown = objects.cached(persistentVolumeClaims, namespace, name) !== undefined;
  const there = isKnown ? await objects.read(persistentVolumeClaims, namespace, name) : undefined;
  const came = ownClaim(node, there as Owned | undefined);
  if (came.kind !== 'create') return came;
  try {
    // Not applied: should somebody have made one, an apply would take it for ours, to be deleted one day.
    await objects.create(node, persistentVolumeClaims, claim);
    return { kind: 'complete' };
  } catch (error) {
    const { status } = error instanceof ClusterError ? error.fault : {};
    if (status === 409) return met(node, await objects.read(persistentVolumeClaims, namespace, name), error);
    if (status === 422) return { kind: 'terminal', message: (error as ClusterError).message };
    throw error;
  }
}

function met(node: SeiNode, there: unknown, error: unknown): Came {
  const came = ownClaim(node, there as Owned | undefined);
  return came.kind === 'create' ? { kind: 'waiting', message: (error as ClusterError).message } : came;
}

async function checkImport(node: SeiNode, { objects, settings }: Around): Promise<Check> {
  const shared = claimFault(node, objects.nodes());
  if (shared !== undefined) return notReady(shared);
  const name = importedClaimName(node)!;
  const claim = await objects.read(persistentVolumeClaims, node.metadata.namespace, name);
  const check = claimCheck(node, name, claim as Claim | undefined);
  if (check.kind !== 'bound') return check;
  const volume = await objects.read(persistentVolumes, undefined, check.volumeName);
  return volumeCheck(node, check, volume as Volume | undefined, forMode(node, settings).storageSize);
}
