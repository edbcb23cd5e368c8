import { jobs, persistentVolumeClaims, pods, statefulSets } from '../cluster/resource.ts';
import type { KubernetesObject } from '../core/kubernetes.ts';
import { isControlledBy } from '../core/ownership.ts';
import { bootstrapPod, type Job } from '../core/plan/bootstrap-job.ts';
import { isAsSpecSays } from '../core/plan/bootstrap-made-of.ts';
import { isBootstrapped } from '../core/plan/bootstrapped.ts';
import {
  type Observed,
  type Pod,
  runningImage,
  type StatefulSet,
  sidecarState,
} from '../core/plan/observed.ts';
import type { ResultStore } from '../core/plan/params.ts';
import { resolvedPeers } from '../core/plan/peers.ts';
import { planFaults, type SpecFault } from '../core/plan/spec-faults.ts';
import type { TLSVerdict } from '../core/policy.ts';
import { bootstrapJobName, dataClaimName } from '../core/resources/names.ts';
import { unbuildableFields } from '../core/resources/unbuildable.ts';
import type { SeiNode } from '../core/seinode.ts';
import type { Settings } from '../core/settings.ts';
import type { Objects } from './objects.ts';

/** What the caches say around a node. @param verdict on its Secret; undefined where its TLS is off. */
export function observe(
  node: SeiNode,
  verdict: TLSVerdict | undefined,
  { objects, settings }: { objects: Pick<Objects, 'cached' | 'cachedIn' | 'nodes'>; settings: Settings },
): Observed {
  const { namespace, name } = node.metadata;
  const pod = podOf(node, objects);
  const statefulSet = objects.cached(statefulSets, namespace, name) as StatefulSet | undefined;
  const job = bootstrapJobOf(node, objects);
  const ownJob = job !== undefined && isControlledBy(job, node) ? job : undefined;
  const seeksPeers = node.spec.peers?.some(({ label }) => label !== undefined);
  return {
    verdict,
    faults: faultsOf(node, settings),
    // Never are both there.
    sidecar: sidecarState(pod ?? bootstrapPod(job, job ? podsOf(node, objects) : [])),
    image: runningImage(statefulSet, pod),
    mayHavePod: (pod ?? statefulSet) !== undefined,
    bootstrapJob: ownJob !== undefined,
    bootstrapAsSpec: ownJob !== undefined && isAsSpecSays(node, ownJob, settings),
    bootstrapped: hasItsChain(node, objects),
    ...(seeksPeers && { resolvedPeers: resolvedPeers(node, objects.nodes()) }),
    ...(node.spec.replayer?.resultExport?.shadowResult && { results: resultStore(settings) }),
  };
}

/** The pod of a node, as the cache has it. */
export function podOf(node: SeiNode, objects: Pick<Objects, 'cached'>): Pod | undefined {
  const { namespace, name } = node.metadata;
  return objects.cached(pods, namespace, `${name}-0`) as Pod | undefined;
}

function resultStore(settings: Settings): ResultStore {
  return {
    bucket: settings.SEI_RESULT_EXPORT_BUCKET,
    region: settings.SEI_RESULT_EXPORT_REGION,
    prefix: settings.SEI_RESULT_EXPORT_PREFIX,
  };
}

/** Whether the claim of a node says that its volume carries the chain. */
export function hasItsChain(node: SeiNode, objects: Pick<Objects, 'cached'>): boolean {
  const claim = objects.cached(persistentVolumeClaims, node.metadata.namespace, dataClaimName(node));
  return isBootstrapped(node, claim as KubernetesObject | undefined);
}

/** The Job of the name of a node's bootstrap, as the cache has it, whoever's it is. */
export function bootstrapJobOf(node: SeiNode, objects: Pick<Objects, 'cached'>): Job | undefined {
  return objects.cached(jobs, node.metadata.namespace, bootstrapJobName(node)) as Job | undefined;
}

/** Every pod that carries the label of a node, as the cache has them. */
export function podsOf(node: SeiNode, objects: Pick<Objects, 'cachedIn'>): Pod[] {
  const { namespace, name } = node.metadata;
  const all = objects.cachedIn(pods, namespace) as unknown[] as Pod[];
  return all.filter(({ metadata }) => metadata.labels?.['sei.io/node'] === name);
}

/** What of the spec is wrong or passed over. */
function faultsOf(node: SeiNode, settings: Settings): SpecFault[] {
  const unbuildable = unbuildableFields(node, settings).map(({ field, message }) => ({
    field,
    message,
    reason: 'FieldInvalid' as const,
    blocks: 'every plan' as const,
  }));
  return [...planFaults(node), ...unbuildable];
}
