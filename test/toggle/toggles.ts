import type { Place } from '../integration/place.ts';
import type { withControlPlane } from '../integration/with-control-plane.ts';
import type { Bed } from './bed.ts';
import { heldBy } from './facts.ts';
import { plugin } from './plugin.ts';
import { beginTrial } from './trial.ts';

/** What a toggle is, whoever reconciles. */
export function toggles(
  test: ReturnType<typeof withControlPlane>['test'],
  bed: () => Bed,
  inNamespace: (name: string) => Promise<Place>,
): void {
  test('enable, then disable: the node is another, its volume the same', async t => {
    const place = await inNamespace('there-and-back');
    const trial = await beginTrial(bed(), place);
    const run = (...args: string[]) =>
      plugin(['tls', ...args, 'n0', '-n', place.namespace, '--yes'], {
        kubeconfig: bed().controlPlane.kubeconfig,
      }).ended;
    const enabled = await run('enable', '--secret', 'n0-tls');
    t.log(enabled.stderr);
    t.is(enabled.code, 0, enabled.stderr);
    t.is(enabled.stdout, 'seinode.sei.io/n0 TLS enabled\n');
    const there = await trial.facts();
    t.deepEqual(heldBy(there), heldBy(trial.before));
    t.is(there.node?.spec.sidecar?.tls?.secretName, 'n0-tls');
    const disabled = await run('disable');
    t.is(disabled.code, 0, disabled.stderr);
    const andBack = await trial.facts();
    t.deepEqual(heldBy(andBack), heldBy(trial.before));
    t.is(andBack.node?.spec.sidecar?.tls, undefined);
  });
}
