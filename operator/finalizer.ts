import { ClusterError } from '../cluster/error.ts';
import { jobs, persistentVolumeClaims, statefulSets } from '../cluster/resource.ts';
import { type FinalizeStep, type Found, finalizeStep } from '../core/plan/finalize.ts';
import type { SeiNode } from '../core/seinode.ts';
import { looks } from './finalizer-looks.ts';
import { keepClaim, type Tell } from './keep-claim.ts';
import type { Objects } from './objects.ts';

/** What keeps a node until its pod and volume are gone (contract §1). */
export const finalizerName = 'sei.io/seinode-finalizer';

/** How a node's end goes. `message`: what it waits for; `again`: look again then, should nothing that is watched tell sooner. */
export type Finalized = { readonly done: boolean; readonly message?: string; readonly again?: number };

const lookAgain = 5_000;
/** What was read is known to be old. */
const lookSoon = 100;

/**
 * Puts the finalizer on a node, which must be so before anything is made for it.
 *
 * @returns the node as it is then; unchanged where it has the finalizer, or goes already. @throws ClusterError
 */
export async function addFinalizer(node: SeiNode, objects: Objects): Promise<SeiNode> {
  const { finalizers = [], deletionTimestamp } = node.metadata;
  if (deletionTimestamp !== undefined || finalizers.includes(finalizerName)) return node;
  const { metadata } = await objects.patchFinalizers(node, [...finalizers, finalizerName]);
  return { ...node, metadata: metadata as SeiNode['metadata'] };
}

/**
 * Takes a node that is being deleted to its end, as far as it goes now (`finalizeStep`). A node without our finalizer is
 * left alone.
 *
 * @param tell of a claim that is kept. @throws ClusterError where the API could not be asked or somebody was faster (409);
 * not where it refuses (403).
 */
export async function finalize(node: SeiNode, objects: Objects, tell: Tell): Promise<Finalized> {
  const { finalizers = [], deletionTimestamp } = node.metadata;
  if (deletionTimestamp === undefined || !finalizers.includes(finalizerName)) return { done: true };
  try {
    return await advanced(node, objects, tell);
  } catch (error) {
    const { status } = error instanceof ClusterError ? error.fault : {};
    if (status !== 403) throw error;
    return waiting((error as ClusterError).message);
  }
}

async function advanced(node: SeiNode, objects: Objects, tell: Tell): Promise<Finalized> {
  let found: Found = { orphaning: node.metadata.finalizers?.includes('orphan') === true };
  for (;;) {
    const step = finalizeStep(found);
    if (step.kind !== 'look') return act(node, objects, step, tell);
    found = { ...found, [step.at]: await looks[step.at](node, objects) };
  }
}

type Act = Exclude<FinalizeStep, { kind: 'look' }>;

async function act(node: SeiNode, objects: Objects, step: Act, tell: Tell): Promise<Finalized> {
  const propagationPolicy = 'Background';
  switch (step.kind) {
    case 'delete workloads':
      for (const { kind, name, uid } of step.workloads) {
        await objects.remove(node, workloads[kind], name, { uid, propagationPolicy });
      }
      return waiting('StatefulSet and Jobs are being deleted');
    case 'delete claim': {
      // Under its resourceVersion: an ownerReference that was taken away meanwhile wins.
      const { name, uid, resourceVersion } = step.claim;
      await objects.remove(node, persistentVolumeClaims, name, { uid, resourceVersion, propagationPolicy });
      return waiting(`PersistentVolumeClaim ${name} is being deleted`);
    }
    case 'keep claim':
      await keepClaim(node, objects, step.claim, tell);
      return { done: false, again: lookSoon };
    case 'wait':
      return waiting(step.message);
    case 'release':
      await release(node, objects);
      return { done: true };
    case 'none':
      return { done: true };
  }
}

const workloads = { StatefulSet: statefulSets, Job: jobs } as const;

function waiting(message: string): Finalized {
  return { done: false, message, again: lookAgain };
}

/** Others' finalizers stay. */
async function release(node: SeiNode, objects: Objects): Promise<void> {
  try {
    const others = node.metadata.finalizers?.filter(name => name !== finalizerName) ?? [];
    await objects.patchFinalizers(node, others);
  } catch (error) {
    const { status, hasNoNamespace } = error instanceof ClusterError ? error.fault : {};
    if (status !== 404 || hasNoNamespace) throw error;
  }
}
