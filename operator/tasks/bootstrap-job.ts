import { ClusterError } from '../../cluster/error.ts';
import { jobs } from '../../cluster/resource.ts';
import { foreignJob, type Job } from '../../core/plan/bootstrap-job.ts';
import { bootstrapJobName } from '../../core/resources/names.ts';
import type { SeiNode } from '../../core/seinode.ts';
import type { Came } from '../../core/sidecar/outcome.ts';
import type { Objects } from '../objects.ts';

/** The Job of the name of a node's bootstrap, as the API server has it. @throws ClusterError */
export async function jobOf(node: SeiNode, objects: Objects): Promise<Job | undefined> {
  const job = await objects.read(jobs, node.metadata.namespace, bootstrapJobName(node));
  return job as Job | undefined;
}

/** Has a bootstrap Job deleted, by its UID and with its pod; one that is not the node's is left alone. @throws ClusterError */
export async function removed(node: SeiNode, objects: Objects, job: Job): Promise<Came> {
  const { name, uid = '', deletionTimestamp } = job.metadata;
  const fault = foreignJob(node, job);
  if (fault !== undefined) return { kind: 'waiting', message: fault };
  const going: Came = { kind: 'waiting', message: `Job ${name} and its pod are being deleted` };
  if (deletionTimestamp !== undefined) return going;
  try {
    await objects.remove(node, jobs, name, { uid, propagationPolicy: 'Foreground' });
  } catch (error) {
    if (!(error instanceof ClusterError && error.fault.status === 409)) throw error;
  }
  return going;
}
