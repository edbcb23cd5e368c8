import anyTest from 'ava';
import { type Resource, seiNodes } from '../../cluster/resource.ts';
import { objectKey } from '../../core/kubernetes.ts';
import type { SeiNode } from '../../core/seinode.ts';
import type { Store } from '../../core/watch/store.ts';
import {
  type Authority,
  createAuthority,
  generateKey,
  type Key,
  type KeyPair,
} from '../control-plane/certificates.ts';
import type { ControlPlane } from '../control-plane/control-plane.ts';
import { type Kubelet, startKubelet } from '../kubelet/kubelet.ts';
import type { Pod } from '../kubelet/pod-status.ts';
import { type Sidecars, startSidecars } from '../sidecars/sidecars.ts';
import type { Fate, Task, TasksAnswer } from '../sidecars/tasks.ts';
import { deploy, makePlace, startOperator, watch } from './furniture.ts';
import type { Place } from './place.ts';
import { withControlPlane } from './with-control-plane.ts';

/** A control plane with its operator, stand-ins for sidecars and kubelet, and what of it is watched. */
export type Bed = {
  readonly controlPlane: ControlPlane;
  readonly sidecars: Sidecars;
  readonly kubelet: Kubelet;
  /** Issues the certificates of nodes, all for one key. */
  readonly authority: Authority;
  readonly key: Key;
  /** What is watched, as it was last heard of. */
  readonly stores: ReadonlyMap<Resource, Store>;
  /** What is true of a sidecar, by NAMESPACE/NAME of its node. Tests change it as they go. */
  readonly said: Said;
};

type Said = {
  readonly pairs: Map<string, KeyPair>;
  readonly fates: Map<string, (task: Task) => Fate>;
  readonly refusals: Map<string, TasksAnswer>;
  /** Since when it runs, where it was restarted. */
  readonly restarts: Map<string, string>;
};

/**
 * A `test` for what needs a control plane whose nodes are reconciled: by the operator as a process, run from source with
 * the privileges of our manifests and no others. All tests of a file share it, each in a namespace of its own.
 */
export function withOperator(): {
  test: ReturnType<typeof withControlPlane>['test'];
  bed: () => Bed;
  /** A new namespace, in which the nodes' pods can be made. */
  inNamespace: (name: string) => Promise<Place>;
} {
  let bed: Bed | undefined;
  const over = new AbortController();
  const { test } = withControlPlane(anyTest, async controlPlane => {
    bed = await furnish(controlPlane, over.signal);
  });
  anyTest.after.always('the stand-ins stop', async () => {
    over.abort();
    await Promise.all([bed?.kubelet.stop(), bed?.sidecars.close()]);
  });
  return { test, bed: () => bed as Bed, inNamespace: name => makePlace(bed as Bed, name) };
}

async function furnish(controlPlane: ControlPlane, over: AbortSignal): Promise<Bed> {
  const [authority, key] = await Promise.all([createAuthority('fleet'), generateKey(), deploy(controlPlane)]);
  const said: Said = { pairs: new Map(), fates: new Map(), refusals: new Map(), restarts: new Map() };
  let kubelet: Kubelet | undefined;
  const sidecars = await startSidecars({
    pairOf: node => said.pairs.get(node),
    fateOf: (node, task) => said.fates.get(node)?.(task) ?? 'completed',
    refusalOf: node => said.refusals.get(node),
    // A probe finds it ready from now on.
    taken: () => kubelet?.probe(),
  });
  kubelet = await startKubelet(controlPlane, {
    ready: pod => sidecars.isReady(nodeOf(pod)),
    restartedAt: pod => said.restarts.get(nodeOf(pod)),
    starts: pod => {
      sidecars.restart(nodeOf(pod));
      said.restarts.delete(nodeOf(pod));
    },
  });
  await startOperator(controlPlane, sidecars.address);
  return { controlPlane, sidecars, kubelet, authority, key, stores: watch(controlPlane, over), said };
}

function nodeOf({ metadata: { namespace, labels } }: Pod): string {
  return objectKey(namespace, labels?.['sei.io/node'] ?? '');
}

/** The container of node n0's sidecar is started anew, and has forgotten everything. */
export async function restartSidecar({ sidecars, said, kubelet }: Bed, place: Place): Promise<void> {
  const { status } = place.found<SeiNode>(seiNodes, 'n0')!;
  const sent = Date.parse(status?.plan?.tasks.at(-1)?.submittedAt ?? '');
  // Moments have whole seconds.
  await place.awaits('another second than mark-ready’s', () => Date.now() >= sent + 1_000);
  sidecars.restart(place.key('n0'));
  said.restarts.set(place.key('n0'), new Date().toISOString());
  kubelet.probe();
}
