import { ClusterError } from '../cluster/error.ts';
import {
  jobs,
  persistentVolumeClaims,
  pods,
  type Resource,
  seiNodes,
  statefulSets,
} from '../cluster/resource.ts';
import type { KubernetesObject } from '../core/kubernetes.ts';
import { controllerOf, isControlledBy } from '../core/ownership.ts';
import {
  type FinalizeStep,
  type Found,
  finalizeStep,
  type Look,
  type NodePod,
  type OwnClaim,
  type Workload,
} from '../core/plan/finalize.ts';
import { selectorLabels } from '../core/resources/labels.ts';
import { importedClaimName, ownClaimName } from '../core/resources/names.ts';
import { labelFaults } from '../core/schema/labels.ts';
import type { Fields } from '../core/schema/structural.ts';
import type { SeiNode } from '../core/seinode.ts';
import type { Objects } from './objects.ts';

/** What keeps a node until its pod and volume are gone (contract §1). */
export const finalizerName = 'sei.io/seinode-finalizer';

/** How a node's end goes. `message`: what it waits for; `again`: look again then, should nothing that is watched tell sooner. */
export type Finalized = { readonly done: boolean; readonly message?: string; readonly again?: number };

const lookAgain = 5_000;

/**
 * Puts the finalizer on a node, which must be so before anything is made for it.
 *
 * @returns the node as it is then; unchanged where it has the finalizer, or goes already. @throws ClusterError
 */
export async function addFinalizer(node: SeiNode, objects: Objects): Promise<SeiNode> {
  const { finalizers = [], deletionTimestamp } = node.metadata;
  if (deletionTimestamp !== undefined || finalizers.includes(finalizerName)) return node;
  return (await objects.patchFinalizers(node, [...finalizers, finalizerName])) as SeiNode;
}

/**
 * Takes a node that is being deleted to its end, as far as it goes now (`finalizeStep`). A node without our finalizer is
 * left alone.
 *
 * @throws ClusterError where the API could not be asked; not where it refuses (403) or somebody was faster (409).
 */
export async function finalize(node: SeiNode, objects: Objects): Promise<Finalized> {
  const { finalizers = [], deletionTimestamp } = node.metadata;
  if (deletionTimestamp === undefined || !finalizers.includes(finalizerName)) return { done: true };
  try {
    return await advanced(node, objects);
  } catch (error) {
    const { status } = error instanceof ClusterError ? error.fault : {};
    if (status === 409) return { done: false, again: 0 };
    if (status !== 403) throw error;
    return waiting((error as ClusterError).message);
  }
}

async function advanced(node: SeiNode, objects: Objects): Promise<Finalized> {
  let found: Found = { orphaning: node.metadata.finalizers?.includes('orphan') === true };
  for (;;) {
    const step = finalizeStep(found);
    if (step.kind !== 'look') return act(node, objects, step);
    found = { ...found, [step.at]: await looks[step.at](node, objects) };
  }
}

type Act = Exclude<FinalizeStep, { kind: 'look' }>;

async function act(node: SeiNode, objects: Objects, step: Act): Promise<Finalized> {
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
    if (!(error instanceof ClusterError && error.fault.status === 404)) throw error;
  }
}

/** Each asks the API server: a cache may not know yet what was made a moment ago. */
const looks: { readonly [at in Look]: (node: SeiNode, objects: Objects) => Promise<Found[at]> } = {
  workloads: async (node, objects) => {
    const { namespace, name } = node.metadata;
    const statefulSet = await objects.read(statefulSets, namespace, name);
    const labelled = await ofNode(node, objects, jobs);
    const own = labelled.map(job => workload(node, 'Job', job as Any)).filter(({ ours }) => ours);
    return statefulSet === undefined ? own : [workload(node, 'StatefulSet', statefulSet as Any), ...own];
  },
  pods: async (node, objects) => {
    const { namespace, name } = node.metadata;
    const labelled = await ofNode(node, objects, pods);
    const named = await objects.read(pods, namespace, `${name}-0`);
    const all = new Map(
      [...labelled, ...(named ? [named] : [])].map(pod => [(pod as Any).metadata.uid, pod]),
    );
    return [...all.values()].map(pod => podOf(pod as Any));
  },
  claim: async (node, objects) => {
    const claim = await objects.read(persistentVolumeClaims, node.metadata.namespace, ownClaimName(node));
    return claim === undefined ? 'none' : claimOf(node, claim as Any);
  },
  fresh: async (node, objects) => {
    const { namespace, uid } = node.metadata;
    const nodes = (await objects.list(seiNodes, namespace, '')) as readonly unknown[] as readonly SeiNode[];
    const self = nodes.find(({ metadata }) => metadata.uid === uid);
    if (self === undefined) return 'gone';
    const importers = nodes.filter(
      other => other !== self && importedClaimName(other) === ownClaimName(node),
    );
    return { imports: importedClaimName(self), importers: importers.map(({ metadata }) => metadata.name) };
  },
};

/** What carries the node's label. Nothing can carry a name that is no label, and to ask for it is an error. */
async function ofNode(node: SeiNode, objects: Objects, resource: Resource): Promise<readonly Fields[]> {
  const labels = selectorLabels(node);
  if (labelFaults(labels, '').length > 0) return [];
  const selector = Object.entries(labels).map(entry => entry.join('='));
  return objects.list(resource, node.metadata.namespace, selector.join());
}

/** Any object as the API server gives it. */
type Any = KubernetesObject;

function remnant({ metadata }: Any): { name: string; uid: string; going: boolean } {
  const { name, uid = '', deletionTimestamp } = metadata;
  return { name, uid, going: deletionTimestamp !== undefined };
}

function workload(node: SeiNode, kind: Workload['kind'], object: Any): Workload {
  return { ...remnant(object), kind, ours: isControlledBy(object, node) };
}

function podOf(pod: Any): NodePod {
  return { ...remnant(pod), controllerUID: controllerOf(pod)?.uid };
}

function claimOf(node: SeiNode, claim: Any): OwnClaim {
  const { resourceVersion = '' } = claim.metadata;
  return { ...remnant(claim), ours: isControlledBy(claim, node), resourceVersion };
}
