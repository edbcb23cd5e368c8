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
import type { Found, Look, NodePod, OwnClaim, Workload } from '../core/plan/finalize.ts';
import { selectorLabels } from '../core/resources/labels.ts';
import { importedClaimName, ownClaimName } from '../core/resources/names.ts';
import { labelFaults } from '../core/schema/labels.ts';
import type { Fields } from '../core/schema/structural.ts';
import type { SeiNode } from '../core/seinode.ts';
import { withSpec } from './collections.ts';
import { kindGoes } from './kind-goes.ts';
import type { Objects } from './objects.ts';

/**
 * What the finalizer looks at. Each look asks the API server: a cache may not know yet what was made a moment ago.
 *
 * @throws ClusterError
 */
export const looks: { readonly [at in Look]: (node: SeiNode, objects: Objects) => Promise<Found[at]> } = {
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
    const { namespace, name, uid } = node.metadata;
    const read = await objects.read(seiNodes, namespace, name);
    const self = read && (withSpec(read) as unknown as SeiNode);
    if (self === undefined || self.metadata.uid !== uid || !self.metadata.deletionTimestamp) return 'gone';
    const others = (await objects.list(seiNodes, namespace, '')).map(withSpec) as unknown[] as SeiNode[];
    const importers = others
      .filter(({ metadata }) => metadata.uid !== uid)
      .filter(other => importedClaimName(other) === ownClaimName(node));
    return { imports: importedClaimName(self), importers: importers.map(({ metadata }) => metadata.name) };
  },
  kind: async (node, objects) => ((await kindGoes(node, objects)) ? 'goes' : 'stays'),
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
