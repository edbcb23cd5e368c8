import { persistentVolumeClaims, pods, statefulSets } from '../cluster/resource.ts';
import type { KubernetesObject } from '../core/kubernetes.ts';
import { isBootstrapped } from '../core/plan/bootstrapped.ts';
import {
  type Observed,
  type Pod,
  runningImage,
  type StatefulSet,
  sidecarState,
} from '../core/plan/observed.ts';
import { resolvedPeers } from '../core/plan/peers.ts';
import { planFaults, type SpecFault } from '../core/plan/spec-faults.ts';
import type { TLSVerdict } from '../core/policy.ts';
import { dataClaimName } from '../core/resources/names.ts';
import { unbuildableFields } from '../core/resources/unbuildable.ts';
import { unservedFields } from '../core/resources/unserved.ts';
import type { SeiNode } from '../core/seinode.ts';
import type { Settings } from '../core/settings.ts';
import type { Objects } from './objects.ts';

/** What the caches say around a node. @param verdict on its Secret; undefined where its TLS is off. */
export function observe(
  node: SeiNode,
  verdict: TLSVerdict | undefined,
  { objects, settings }: { objects: Pick<Objects, 'cached' | 'nodes'>; settings: Settings },
): Observed {
  const { namespace, name } = node.metadata;
  const pod = podOf(node, objects);
  const statefulSet = objects.cached(statefulSets, namespace, name) as StatefulSet | undefined;
  const claim = objects.cached(persistentVolumeClaims, namespace, dataClaimName(node));
  const bootstrapped = isBootstrapped(node, claim as KubernetesObject | undefined);
  const seeksPeers = node.spec.peers?.some(({ label }) => label !== undefined);
  return {
    verdict,
    faults: faultsOf(node, bootstrapped, settings),
    sidecar: sidecarState(pod),
    image: runningImage(statefulSet, pod),
    pod: pod !== undefined,
    bootstrapped,
    ...(seeksPeers && { resolvedPeers: resolvedPeers(node, objects.nodes()) }),
  };
}

/** The pod of a node, as the cache has it. */
export function podOf(node: SeiNode, objects: Pick<Objects, 'cached'>): Pod | undefined {
  const { namespace, name } = node.metadata;
  return objects.cached(pods, namespace, `${name}-0`) as Pod | undefined;
}

const blocked = { held: 'init', ignored: 'nothing' } as const;

/** What of the spec is wrong or not served. A bootstrap image means nothing to a volume that has its chain. */
function faultsOf(node: SeiNode, bootstrapped: boolean, settings: Settings): SpecFault[] {
  const unserved = unservedFields(node)
    .filter(({ field }) => !(bootstrapped && field.endsWith('.snapshot.bootstrapImage')))
    .map(({ field, message, effect }) => ({
      field,
      message,
      reason: 'FieldNotServed' as const,
      blocks: blocked[effect],
    }));
  const unbuildable = unbuildableFields(node, settings).map(({ field, message }) => ({
    field,
    message,
    reason: 'FieldInvalid' as const,
    blocks: 'every plan' as const,
  }));
  return [...planFaults(node), ...unbuildable, ...unserved];
}
