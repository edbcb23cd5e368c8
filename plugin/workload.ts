import type { KubernetesObject } from '../core/kubernetes.ts';
import type { NodeInput } from '../core/policy.ts';
import { podName } from '../core/resources/names.ts';
import type { SeiNode } from '../core/seinode.ts';
import type { Fleet, Sourced } from './source/fleet.ts';

/** The objects that a node runs as, by kind, as far as they are there. */
export type Workload = Readonly<
  Partial<Record<'Pod' | 'StatefulSet' | 'Service', Sourced<KubernetesObject>>>
>;

/** Looks up what a node runs as: its pod, StatefulSet and headless Service (contract §4). */
export function workloadOf(node: SeiNode, fleet: Fleet): Workload {
  const { name, namespace } = node.metadata;
  const found = {
    Pod: fleet.pod(namespace, podName(node)),
    StatefulSet: fleet.statefulSet(namespace, name),
    Service: fleet.service(namespace, name),
  };
  return Object.fromEntries(Object.entries(found).filter(([, object]) => object !== undefined));
}

/** As the rules are asked about it. */
export function workloadInput({
  Pod,
  StatefulSet,
  Service,
}: Workload): Pick<NodeInput, 'pod' | 'statefulSet' | 'service'> {
  return {
    ...(Pod && { pod: Pod.object }),
    ...(StatefulSet && { statefulSet: StatefulSet.object }),
    ...(Service && { service: Service.object }),
  };
}
