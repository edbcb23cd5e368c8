import { jobs } from '../cluster/resource.ts';
import { isBootstrapping } from '../core/plan/bootstrap.ts';
import { asBootstrapping, bootstrapPod, type Job, jobState } from '../core/plan/bootstrap-job.ts';
import type { Pod } from '../core/plan/observed.ts';
import { bootstrapJobName, podName } from '../core/resources/names.ts';
import type { SeiNode } from '../core/seinode.ts';
import type { Came } from '../core/sidecar/outcome.ts';
import type { Objects } from './objects.ts';
import { bootstrapJobOf, hasItsChain, podOf, podsOf } from './observe.ts';

/** The sidecar that a node's task is for. */
export type SidecarOf =
  /** The node as its sidecar is to be asked, and the name of the pod. */
  | { readonly node: SeiNode; readonly name: string; readonly started: boolean }
  /** What is waited for before anybody is asked. */
  | { readonly missing: string }
  /** What came of the task, where nobody needs to be asked any more. */
  | { readonly came: Came };

/**
 * Finds the pod whose sidecar runs a node's tasks now: between a plan's bootstrap Job and that Job's end it is the Job's, else
 * the StatefulSet's. Nobody is asked in place of a pod that is not there: its address may be another's.
 *
 * @throws ClusterError
 */
export async function sidecarOf(node: SeiNode, objects: Objects): Promise<SidecarOf> {
  if (isBootstrapping(node.status?.plan)) return ofBootstrap(node, objects);
  return ofPod(node, podOf(node, objects), `pod ${podName(node)}`);
}

/**
 * seid ends only after mark-ready: where it has, or the claim says so, no task of its pod is left to do, and nobody to do
 * one. An operator that died may not have written how far it had come.
 */
async function ofBootstrap(node: SeiNode, objects: Objects): Promise<SidecarOf> {
  if (hasItsChain(node, objects)) return { came: { kind: 'complete' } };
  const { namespace } = node.metadata;
  const name = bootstrapJobName(node);
  // A moment after it was made the cache may not know it yet.
  const job =
    bootstrapJobOf(node, objects) ?? ((await objects.read(jobs, namespace, name)) as Job | undefined);
  const pods = podsOf(node, objects);
  const state = jobState(node, job, pods);
  if (state.kind === 'complete') return { came: { kind: 'complete' } };
  if (state.kind === 'failed') return { came: { kind: 'terminal', message: state.message } };
  if (state.kind === 'blocked') return { missing: state.message };
  const pod = bootstrapPod(job, pods);
  return ofPod(pod ? asBootstrapping(node, pod) : node, pod, `the pod of Job ${name}`);
}

function ofPod(node: SeiNode, pod: Pod | undefined, what: string): SidecarOf {
  if (pod === undefined) return { missing: `${what} does not exist yet` };
  if (pod.metadata.deletionTimestamp) return { missing: `${what} is terminating` };
  const { phase, initContainerStatuses = [] } = pod.status ?? {};
  const started =
    phase === 'Running' || initContainerStatuses.some(({ state }) => state?.running !== undefined);
  return { node, name: pod.metadata.name, started };
}
