import { pods } from '../../cluster/resource.ts';
import { isBootstrapPod } from '../../core/plan/bootstrap-job.ts';
import { hasEnded } from '../../core/plan/mounters.ts';
import { mountsClaim, type Pod } from '../../core/plan/observed.ts';
import { dataClaimName, podName } from '../../core/resources/names.ts';
import type { SeiNode } from '../../core/seinode.ts';
import type { Objects } from '../objects.ts';

/**
 * Every pod that is of a node, whatever became of it, and every other that has its volume; as the API server has them now, for
 * a pod whose label somebody took away is in no cache.
 *
 * @throws ClusterError
 */
export async function podsBeside(node: SeiNode, objects: Objects): Promise<Pod[]> {
  const { namespace, name } = node.metadata;
  const all = (await objects.list(pods, namespace, '')) as unknown[] as Pod[];
  return all.filter(
    pod =>
      pod.metadata.labels?.['sei.io/node'] === name ||
      pod.metadata.name === podName(node) ||
      isBootstrapPod(node, pod) ||
      (!hasEnded(pod) && mountsClaim(pod, dataClaimName(node))),
  );
}
