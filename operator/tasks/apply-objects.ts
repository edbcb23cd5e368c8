import { configMaps, jobs, pods, services, statefulSets } from '../../cluster/resource.ts';
import { isControlledBy, type Owned } from '../../core/ownership.ts';
import { isBootstrapPod, remainingPods } from '../../core/plan/bootstrap-job.ts';
import { type Mounters, mountedFault } from '../../core/plan/mounters.ts';
import type { Pod, StatefulSet } from '../../core/plan/observed.ts';
import { newlySharedFault, signingSecretName } from '../../core/plan/sharers.ts';
import { bootstrapJobName, importedClaimName } from '../../core/resources/names.ts';
import { proxyConfig } from '../../core/resources/proxy-config.ts';
import { headlessService } from '../../core/resources/service.ts';
import { statefulSet } from '../../core/resources/stateful-set.ts';
import type { PlannedTask, SeiNode } from '../../core/seinode.ts';
import type { Objects } from '../objects.ts';
import { podsOf } from '../observe.ts';
import { applyOwned } from './apply-owned.ts';
import type { Executor } from './executor.ts';

/** Task apply-rbac-proxy-config: what kube-rbac-proxy asks the API server. Without TLS there is nothing to make. */
export const applyProxyConfig: Executor = async (node, { objects }) => {
  const config = proxyConfig(node);
  return {
    came: config === undefined ? { kind: 'complete' } : await applyOwned(node, objects, configMaps, config),
  };
};

/** Task apply-service. */
export const applyService: Executor = async (node, { objects }) => ({
  came: await applyOwned(node, objects, services, headlessService(node)),
});

/** Task apply-statefulset, with the image that the plan says: status tells by it what was rolled out (`appliedImage`). */
export const applyStatefulSet: Executor = async (node, { objects, settings }, task) => {
  const fault = sharedFault(node, objects) ?? bootstrapFault(node, objects);
  if (fault !== undefined) return { came: { kind: 'waiting', message: fault } };
  const wanted = statefulSet(withImage(node, task), settings);
  return { came: await applyOwned(node, objects, statefulSets, wanted) };
};

/** While anything of a bootstrap is there, its pod has the volume. */
function bootstrapFault(node: SeiNode, objects: Objects): string | undefined {
  const { namespace, name } = node.metadata;
  if (objects.cached(statefulSets, namespace, name) !== undefined) return undefined;
  return objects.cached(jobs, namespace, bootstrapJobName(node)) === undefined
    ? remainingPods(podsOf(node, objects).filter(pod => isBootstrapPod(node, pod)))
    : `Job ${bootstrapJobName(node)} must go first`;
}

/** Why a node must not begin with what another may have. Most nodes use nothing such. */
export function sharedFault(node: SeiNode, objects: Objects): string | undefined {
  if ((signingSecretName(node) ?? importedClaimName(node)) === undefined) return undefined;
  const present = ownStatefulSet(node, objects);
  return (
    newlySharedFault(node, objects.nodes(), present) ?? mountedFault(node, mounters(node, objects), present)
  );
}

function mounters({ metadata: { namespace } }: SeiNode, objects: Objects): Mounters {
  return {
    statefulSets: objects.cachedIn(statefulSets, namespace) as unknown[] as StatefulSet[],
    pods: objects.cachedIn(pods, namespace) as unknown[] as Pod[],
  };
}

function ownStatefulSet(node: SeiNode, objects: Objects): StatefulSet | undefined {
  const { namespace, name } = node.metadata;
  const present = objects.cached(statefulSets, namespace, name) as (Owned & StatefulSet) | undefined;
  return present !== undefined && isControlledBy(present, node) ? present : undefined;
}

/** A plan of the controller before says none: it applied what spec said by then. */
function withImage(node: SeiNode, { params }: PlannedTask): SeiNode {
  const image = params?.image;
  return typeof image === 'string' ? { ...node, spec: { ...node.spec, image } } : node;
}
