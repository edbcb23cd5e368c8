import type { KubernetesObject } from '../kubernetes.ts';
import type { NodeInput } from '../policy.ts';
import { podName } from '../resources/names.ts';
import type { SeiNode } from '../seinode.ts';
import type { Around } from './judgeable.ts';

/** The objects that a node runs as, by kind, as far as they are there. */
export type Workload = Readonly<Partial<Record<'Pod' | 'StatefulSet' | 'Service', KubernetesObject>>>;

/** Looks up what a node runs as: its pod, StatefulSet and headless Service (contract §4). */
export function workloadOf(node: SeiNode, around: Pick<Around, 'pod' | 'statefulSet' | 'service'>): Workload {
  const { name, namespace } = node.metadata;
  const found = {
    Pod: around.pod(namespace, podName(node)),
    StatefulSet: around.statefulSet(namespace, name),
    Service: around.service(namespace, name),
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
    ...(Pod && { pod: Pod }),
    ...(StatefulSet && { statefulSet: StatefulSet }),
    ...(Service && { service: Service }),
  };
}
