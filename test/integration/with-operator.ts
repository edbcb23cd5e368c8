import anyTest from 'ava';
import { seiNodes } from '../../cluster/resource.ts';
import type { SeiNode } from '../../core/seinode.ts';
import type { ControlPlane } from '../control-plane/control-plane.ts';
import { deploy, makePlace, startOperator } from './furniture.ts';
import { type Bed, startNeighbours } from './neighbours.ts';
import type { Place } from './place.ts';
import { withControlPlane } from './with-control-plane.ts';

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
  const [bed] = await Promise.all([startNeighbours(controlPlane, over), deploy(controlPlane)]);
  await startOperator(controlPlane, bed.sidecars.address);
  return bed;
}

/** The container of node n0's sidecar is started anew, and has forgotten everything. */
export async function restartSidecar({ sidecars, said, kubelet }: Bed, place: Place): Promise<void> {
  const { status } = place.found<SeiNode>(seiNodes, 'n0')!;
  const told = status?.plan?.tasks.findLast(task => task.type === 'mark-ready' && task.status === 'Complete');
  const sent = Date.parse(told?.submittedAt ?? '');
  // Moments have whole seconds.
  await place.awaits('another second than mark-ready’s', () => Date.now() >= sent + 1_000);
  sidecars.restart(place.key('n0'));
  said.restarts.set(place.key('n0'), new Date().toISOString());
  kubelet.probe();
}
