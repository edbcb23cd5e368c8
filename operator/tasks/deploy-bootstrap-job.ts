import { ClusterError } from '../../cluster/error.ts';
import { configMaps, jobs, statefulSets } from '../../cluster/resource.ts';
import { foreignJob, remainingPods } from '../../core/plan/bootstrap-job.ts';
import { madeOf, madeOfAnnotation } from '../../core/plan/bootstrap-made-of.ts';
import { bootstrapJob, bootstrapOf, taskAnnotation } from '../../core/resources/bootstrap.ts';
import { bootstrapJobName } from '../../core/resources/names.ts';
import { proxyConfig } from '../../core/resources/proxy-config.ts';
import type { Job as BuiltJob } from '../../core/resources/types.ts';
import type { SeiNode } from '../../core/seinode.ts';
import { type Came, waiting } from '../../core/sidecar/outcome.ts';
import type { Objects } from '../objects.ts';
import { hasItsChain } from '../observe.ts';
import { sharedFault } from './apply-objects.ts';
import { applyOwned } from './apply-owned.ts';
import { jobOf, removed } from './bootstrap-job.ts';
import type { Around, Executor } from './executor.ts';
import { podsBeside } from './pods-beside.ts';

/**
 * Task deploy-bootstrap-job (ADR 35): made once, on a volume that no pod has. One that is there already is of this task, as
 * it made it before the operator died, or it is in the way.
 */
export const deployBootstrapJob: Executor = async (node, around, task) => {
  if (hasItsChain(node, around.objects)) return { came: { kind: 'complete' } };
  const job = await jobOf(node, around.objects);
  if (job === undefined) return { came: await made(node, around, task.id) };
  const fault = foreignJob(node, job);
  if (fault !== undefined) return { came: waiting(fault) };
  // The controller before did not say for which task it made one.
  const isOfTask = [undefined, task.id].includes(job.metadata.annotations?.[taskAnnotation]);
  const stands = isOfTask && job.metadata.deletionTimestamp === undefined;
  return { came: stands ? { kind: 'complete' } : await removed(node, around.objects, job) };
};

async function made(node: SeiNode, { objects, settings }: Around, id: string): Promise<Came> {
  const bootstrap = bootstrapOf(node);
  if (bootstrap === undefined) return { kind: 'terminal', message: 'spec asks for no bootstrap any more' };
  const job = bootstrapJob(node, bootstrap, settings, id);
  if (!job.ok) return { kind: 'terminal', message: job.error };
  const fault = sharedFault(node, objects) ?? (await usersFault(node, objects));
  if (fault !== undefined) return waiting(fault);
  const configured = await withProxyConfig(node, objects);
  if (configured.kind !== 'complete') return configured;
  try {
    await objects.create(node, jobs, withMadeOf(node, job.value));
    return { kind: 'complete' };
  } catch (error) {
    const { status } = error instanceof ClusterError ? error.fault : {};
    if (status === 422) return { kind: 'terminal', message: (error as ClusterError).message };
    if (status === 409) return waiting(`Job ${bootstrapJobName(node)} has been made meanwhile`);
    throw error;
  }
}

function withMadeOf(node: SeiNode, job: BuiltJob): BuiltJob {
  const annotations = { ...job.metadata.annotations, [madeOfAnnotation]: madeOf(node, job) };
  return { ...job, metadata: { ...job.metadata, annotations } };
}

/** Never two pods on one volume, and never a bootstrap beside a validator. */
async function usersFault(node: SeiNode, objects: Objects): Promise<string | undefined> {
  const { namespace, name } = node.metadata;
  const there = await objects.read(statefulSets, namespace, name);
  return there === undefined
    ? remainingPods(await podsBeside(node, objects))
    : `StatefulSet ${name} is there, and a bootstrap begins on a volume that no pod has: delete it`;
}

/** The pod of a plan of the controller before would wait for it for ever: that plan makes it only after the Job. */
async function withProxyConfig(node: SeiNode, objects: Objects): Promise<Came> {
  const config = proxyConfig(node);
  if (config === undefined) return { kind: 'complete' };
  const { namespace, name } = config.metadata;
  return objects.cached(configMaps, namespace, name) === undefined
    ? applyOwned(node, objects, configMaps, config)
    : { kind: 'complete' };
}
