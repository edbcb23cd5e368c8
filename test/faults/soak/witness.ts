import { persistentVolumeClaims, pods, type Resource, seiNodes } from '../../../cluster/resource.ts';
import { type KubernetesObject, objectKey } from '../../../core/kubernetes.ts';
import { controllerOf } from '../../../core/ownership.ts';
import type { SeiNode } from '../../../core/seinode.ts';
import { Store } from '../../../core/watch/store.ts';
import type { ControlPlane } from '../../control-plane/control-plane.ts';
import { followAll } from '../../follow.ts';

/** What watches told from the beginning, that must not be whatever happens. */
export type Witness = {
  /** The claims that each node ever had, both by UID: never more than one. */
  readonly claims: ReadonlyMap<string, ReadonlySet<string>>;
  /** Every moment at which two pods of a node had a machine and had not ended. */
  readonly pairs: readonly string[];
  /** The ids of every task that a status ever planned. */
  readonly planned: ReadonlySet<string>;
  /** Plans in whose tasks an id became another. */
  readonly replanned: readonly string[];
};

type Pod = KubernetesObject & {
  readonly spec: { readonly nodeName?: string };
  readonly status?: { readonly phase?: string };
};

/** Follows pods, claims and nodes until the signal. */
export function watchFor(controlPlane: ControlPlane, signal: AbortSignal): Witness {
  const claims = new Map<string, Set<string>>();
  const plans = new Map<string, string>();
  const [pairs, planned, replanned]: [string[], Set<string>, string[]] = [[], new Set(), []];
  const follow = <T>(resource: Resource, heard: (object: T) => void, store = new Store()) =>
    void followAll<T>(controlPlane, resource, signal, heard, store);
  follow<KubernetesObject>(persistentVolumeClaims, claim => {
    const node = controllerOf(claim)?.uid;
    if (node === undefined) return;
    claims.set(node, (claims.get(node) ?? new Set()).add(claim.metadata.uid!));
  });
  follow<SeiNode>(seiNodes, ({ status }) => {
    const { id = '', tasks = [] } = status?.plan ?? {};
    const ids = tasks.map(task => `${task.type} ${task.id}`).join();
    if ((plans.get(id) ?? ids) !== ids) replanned.push(id);
    plans.set(id, ids);
    for (const task of tasks) planned.add(task.id);
  });
  const running = new Store();
  follow<Pod>(
    pods,
    pod => {
      const all = ([...running.values()] as unknown as Pod[]).filter(other => isBeside(pod, other));
      if (all.length > 1) pairs.push(all.map(({ metadata }) => metadata.name).join(' beside '));
    },
    running,
  );
  return { claims, pairs, planned, replanned };
}

function isBeside(pod: Pod, other: Pod): boolean {
  const hasEnded = ['Succeeded', 'Failed'].includes(other.status?.phase ?? '');
  return other.spec.nodeName !== undefined && !hasEnded && nodeOf(pod) === nodeOf(other);
}

/** NAMESPACE/NAME of the node that a pod, or any object, says it is of. */
export function nodeOf({ metadata: { namespace, labels } }: KubernetesObject): string {
  return objectKey(namespace, labels?.['sei.io/node'] ?? '');
}
