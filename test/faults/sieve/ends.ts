import {
  configMaps,
  persistentVolumeClaims,
  pods,
  seiNodes,
  services,
  statefulSets,
} from '../../../cluster/resource.ts';
import type { KubernetesObject } from '../../../core/kubernetes.ts';
import { followAll } from '../../follow.ts';
import { normal, type Stored } from '../../golden/golden.ts';
import type { SieveBed } from './bed.ts';
import { objectsIn } from './facts.ts';

const counted = [configMaps, persistentVolumeClaims, pods, seiNodes, services, statefulSets];

/** How a scenario ended, without what differs between two runs of it. */
export type End = {
  readonly objects: object;
  /** How many objects there ever were of a kind and name. */
  readonly made: object;
  /** The types of the tasks that the node's sidecar was sent. */
  readonly tasks: readonly string[];
};

/** Tells how a scenario has ended in a namespace. Counts what is made from now on. */
export function startCounting(bed: SieveBed, over: AbortSignal): (namespace: string) => Promise<End> {
  const uids = new Map<string, Set<string>>();
  for (const resource of counted) {
    void followAll(bed.controlPlane, resource, over, ({ metadata }: KubernetesObject) => {
      const { namespace, name, uid = '' } = metadata;
      if (name === 'kube-root-ca.crt') return;
      const key = `${namespace}/${resource.plural}/${name}`;
      uids.set(key, (uids.get(key) ?? new Set()).add(uid));
    });
  }
  return async namespace => {
    const there = Object.entries(await objectsIn(bed.controlPlane, namespace));
    // A pod says what its StatefulSet's template says, under random names.
    const ours = there.filter(([name]) => /^(seinodes|statefulsets|services|persistent)/.test(name));
    const objects = ours.map(([name, object]) => [name, normal(object as unknown as Stored)]);
    const made = [...uids].flatMap(([key, { size }]) =>
      key.startsWith(`${namespace}/`) ? [[key.slice(namespace.length + 1), size]] : [],
    );
    const tasks = bed.sidecars.tasksOf(`${namespace}/n0`).map(({ type }) => type);
    return {
      objects: JSON.parse(JSON.stringify(Object.fromEntries(objects)).replaceAll(namespace, 'NAMESPACE')),
      made: Object.fromEntries(made.toSorted()),
      tasks,
    };
  };
}
