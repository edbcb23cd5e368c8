import { isDeepStrictEqual } from 'node:util';
import {
  configMaps,
  persistentVolumeClaims,
  pods,
  seiNodes,
  services,
  statefulSets,
} from '../../../cluster/resource.ts';
import type { KubernetesObject } from '../../../core/kubernetes.ts';
import { Store } from '../../../core/watch/store.ts';
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

/** Counts what is made in namespaces. */
export type Counting = {
  /** How a scenario has ended in a namespace, as far as it was heard of. */
  readonly endOf: (namespace: string) => End;
  /** Whether all was heard of that the API server has there now. */
  readonly isCurrent: (namespace: string) => Promise<boolean>;
};

/** Counts what is made from now on. */
export function startCounting(bed: SieveBed, over: AbortSignal): Counting {
  const uids = new Map<string, Set<string>>();
  const stores = counted.map(resource => [resource, new Store()] as const);
  for (const [resource, store] of stores) {
    const heard = ({ metadata: { namespace, name, uid = '' } }: KubernetesObject) => {
      if (name === 'kube-root-ca.crt') return;
      const key = `${namespace}/${resource.plural}/${name}`;
      uids.set(key, (uids.get(key) ?? new Set()).add(uid));
    };
    void followAll(bed.controlPlane, resource, over, heard, store);
  }
  const isCurrent = async (namespace: string) => {
    const now = Object.entries(await objectsIn(bed.controlPlane, namespace)).filter(
      ([name]) => !name.startsWith('jobs/'),
    );
    const heard = stores.flatMap(([{ plural }, store]) =>
      ([...store.values()] as unknown as KubernetesObject[])
        .filter(({ metadata }) => metadata.namespace === namespace && metadata.name !== 'kube-root-ca.crt')
        .map(object => [`${plural}/${object.metadata.name}`, object] as const),
    );
    return isDeepStrictEqual(new Map(now.map(versioned)), new Map(heard.map(versioned)));
  };
  const endOf = (namespace: string) => {
    // A pod says what its StatefulSet's template says, under random names.
    const kept = stores.filter(([resource]) => resource !== pods);
    const objects = kept.flatMap(([{ plural, kind }, store]) =>
      ([...store.values()] as unknown as Stored[])
        .filter(({ metadata }) => (metadata as { namespace?: string }).namespace === namespace)
        .filter(({ metadata }) => (metadata as { name?: string }).name !== 'kube-root-ca.crt')
        .map(object => [
          `${plural}/${(object.metadata as { name?: string }).name}`,
          normal({ ...object, kind }),
        ]),
    );
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
  return { endOf, isCurrent };
}

function versioned([name, { metadata }]: readonly [string, KubernetesObject]) {
  return [name, metadata.resourceVersion] as const;
}
