import { ClusterError } from '../cluster/error.ts';
import { configMaps, persistentVolumeClaims, type Resource, services } from '../cluster/resource.ts';
import type { KubernetesObject } from '../core/kubernetes.ts';
import { mountsClaim } from '../core/plan/observed.ts';
import { importedClaimName } from '../core/resources/names.ts';
import { proxyConfig } from '../core/resources/proxy-config.ts';
import { headlessService } from '../core/resources/service.ts';
import type { SeiNode } from '../core/seinode.ts';
import type { Objects } from './objects.ts';
import { podOf } from './observe.ts';
import { applyOwned } from './tasks/apply-owned.ts';
import { markBootstrapped } from './tasks/mark-bootstrapped.ts';
import type { Delay } from './workers.ts';

const tryAgain = 60_000;

/**
 * What is seen to beside the plans of a running node: its Service and its proxy's ConfigMap are made anew where somebody
 * deleted them, and the claim that it imports says what it carries. Its StatefulSet is a plan's alone.
 *
 * @param troubled told where the API server refuses it (403, 422): that stops nothing else. @returns milliseconds until it is
 * tried again then.
 * @throws ClusterError
 */
export async function tendRunning(
  node: SeiNode,
  objects: Objects,
  troubled: (error: unknown) => void,
): Promise<Delay> {
  const config = proxyConfig(node);
  try {
    await applyMissing(node, objects, services, headlessService(node));
    if (config !== undefined) await applyMissing(node, objects, configMaps, config);
    await markImported(node, objects);
  } catch (error) {
    const { status } = error instanceof ClusterError ? error.fault : {};
    if (status !== 403 && status !== 422) throw error;
    troubled(error);
    return tryAgain;
  }
}

async function applyMissing(
  node: SeiNode,
  objects: Objects,
  resource: Resource,
  object: Parameters<typeof applyOwned>[3],
): Promise<void> {
  const { namespace, name } = object.metadata;
  if (objects.cached(resource, namespace, name) === undefined) {
    await applyOwned(node, objects, resource, object);
  }
}

/**
 * A running node's volume carries its chain. It is said on a claim that a node imports, for a node that is made anew on
 * it must not begin anew; of its own claim nobody has to know, as it goes with the node. One that spec names since, and
 * no pod runs on yet, may be empty.
 */
async function markImported(node: SeiNode, objects: Objects): Promise<void> {
  const { namespace } = node.metadata;
  const name = importedClaimName(node);
  if (name === undefined || !mountsClaim(podOf(node, objects), name)) return;
  const claim = objects.cached(persistentVolumeClaims, namespace, name) as KubernetesObject | undefined;
  if (claim !== undefined) await markBootstrapped(node, objects, claim);
}
