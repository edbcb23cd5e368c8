import { persistentVolumeClaims, services } from '../../cluster/resource.ts';
import type { KubernetesObject } from '../../core/kubernetes.ts';
import { isControlledBy } from '../../core/ownership.ts';
import { jobState, remainingPods } from '../../core/plan/bootstrap-job.ts';
import { bootstrapOf } from '../../core/resources/bootstrap.ts';
import { isOfBootstrap } from '../../core/resources/labels.ts';
import { bootstrapJobName, dataClaimName, podName } from '../../core/resources/names.ts';
import { bootstrapServiceMended } from '../../core/resources/service.ts';
import type { SeiNode } from '../../core/seinode.ts';
import { type Came, waiting } from '../../core/sidecar/outcome.ts';
import type { Objects } from '../objects.ts';
import { hasItsChain, podsOf } from '../observe.ts';
import { jobOf, removed } from './bootstrap-job.ts';
import type { Executor } from './executor.ts';
import { markBootstrapped } from './mark-bootstrapped.ts';
import { podsBeside } from './pods-beside.ts';

/*
 * What a claim says counts: an operator that dies may have written less of its plan than it has done, and must neither
 * bootstrap onto a chain nor wait for a Job that it has deleted.
 */

/** Task await-bootstrap-complete: seid has reached its height, and the claim says that it carries the chain. */
export const awaitBootstrapComplete: Executor = async (node, { objects }) => {
  if (hasItsChain(node, objects)) return { came: { kind: 'complete' } };
  const state = jobState(node, await jobOf(node, objects), podsOf(node, objects));
  switch (state.kind) {
    case 'complete':
      return { came: await marked(node, objects) };
    case 'failed':
      return { came: { kind: 'terminal', message: state.message } };
    case 'blocked':
      return { came: waiting(state.message) };
    case 'running': {
      const height = bootstrapOf(node)?.height ?? 'its height';
      return { came: waiting(`Job ${bootstrapJobName(node)} runs seid up to ${height}`) };
    }
  }
};

/** Task teardown-bootstrap: the Job is deleted by its UID, and it and every pod on the volume are really gone. */
export const teardownBootstrap: Executor = async (node, { objects }) => {
  const job = await jobOf(node, objects);
  if (job !== undefined) return { came: await removed(node, objects, job) };
  const remaining = (await podsBeside(node, objects)).filter(
    ({ metadata }) => metadata.name !== podName(node),
  );
  const fault = remainingPods(remaining);
  if (fault !== undefined) return { came: waiting(fault) };
  await mendService(node, objects);
  return { came: { kind: 'complete' } };
};

async function marked(node: SeiNode, objects: Objects): Promise<Came> {
  const { namespace } = node.metadata;
  const name = dataClaimName(node);
  const claim = await objects.read(persistentVolumeClaims, namespace, name);
  if (claim === undefined)
    return { kind: 'terminal', message: `PersistentVolumeClaim ${name} is gone, and the chain with it` };
  await markBootstrapped(node, objects, claim as unknown as KubernetesObject);
  return { kind: 'complete' };
}

/** The controller before gave its bootstrap a Service of its own kind under the node's name. */
async function mendService(node: SeiNode, objects: Objects): Promise<void> {
  const { namespace, name } = node.metadata;
  const service = objects.cached(services, namespace, name) as KubernetesObject | undefined;
  if (service === undefined || !isControlledBy(service, node) || !isOfBootstrap(service.metadata.labels))
    return;
  await objects.merge(node, services, name, bootstrapServiceMended(node, service.metadata.uid));
}
