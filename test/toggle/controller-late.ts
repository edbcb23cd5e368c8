import type { ExecutionContext } from 'ava';
import { labelValue, nodeLabel } from '../../core/toggle/config-map.ts';
import type { Place } from '../integration/place.ts';
import type { Bed } from './bed.ts';
import { check, type Test } from './broken.ts';
import { enableWhile, isCreate } from './pause.ts';
import { beginTrial } from './trial.ts';
import { makeWay } from './way.ts';

const enable = ['enable', 'n0', '--secret', 'n0-tls', '--yes', '--no-verify'];

/** Toggles while nobody reconciles. @param test serial: the controller is everybody's. */
export function controllerLate(
  test: Test,
  controller: string,
  bed: () => Bed,
  inNamespace: (name: string) => Promise<Place>,
): void {
  test(`${controller}: while it is away a toggle waits, can be left, and goes on once it is back`, async t => {
    const trial = await beginTrial(bed(), await inNamespace('stopped'));
    const { tls } = await makeWay(t, bed(), trial.place);
    await bed().controller.stop();
    const stopped = await tls(...enable, '--timeout', '5s');
    t.is(stopped.code, 3, stopped.stderr);
    t.regex(
      stopped.stderr,
      /waits: SeiNode n0 is being deleted, since .* \(finalizers sei\.io\/seinode-finalizer\)/,
    );
    t.regex(
      stopped.stderr,
      /error: .*: it took longer than --timeout 5s\n.* stands at Deleting; go on with: /,
    );
    await bed().controller.start();
    const resumed = await tls('resume', 'n0', '--yes');
    t.is(resumed.code, 0, resumed.stderr);
    check(t, trial, await trial.facts(), resumed.stderr);
  });

  test(`${controller}: a toggle that waits for it ends once it has started`, async t => {
    const trial = await beginTrial(bed(), await inNamespace('started'));
    const toggle = await enableWhile(t, bed(), trial, isCreate, () => bed().controller.stop());
    await toggle.says(/waits: SeiNode n0 is Pending/);
    await bed().controller.start();
    const { code, stderr } = await toggle.ended;
    t.is(code, 0, stderr);
    const now = await trial.facts();
    check(t, trial, now, stderr);
    t.is(now.node?.spec.sidecar?.tls?.secretName, 'n0-tls');
  });

  test(`${controller}: a node whose name is too long for a pod is toggled, and taken back, as far as it goes`, async t => {
    await bed().controller.stop();
    const [place, name] = [await inNamespace('long'), 'n'.repeat(253)];
    await place.volume('volume');
    const dataVolume = { import: { pvcName: 'volume' } };
    await place.node({ dataVolume, sidecar: { tls: { secretName: 'n0-tls' } } }, name);
    const { tls } = await makeWay(t, bed(), place);
    for (const command of ['disable', 'abort']) {
      const { code, stderr } = await tls(command, name, '--yes', '--no-verify', '--timeout', '5s');
      t.is(code, 3, stderr);
      t.regex(stderr, /is created with .*\n.*is Pending\n.*it took longer than --timeout/);
    }
    const { stdout } = await tls('history', name, '-o', 'json');
    t.like(JSON.parse(stdout).items[0], { name, step: 'Created', direction: 'back' });
    isLabelled(t, await bed().controlPlane.call('GET', '/api/v1/namespaces/long/configmaps'), name);
    await bed().controller.start();
  });
}

function isLabelled(t: ExecutionContext, { body }: { readonly body: unknown }, name: string): void {
  const { items } = body as { items: readonly { metadata: { labels?: Record<string, string> } }[] };
  t.deepEqual(
    items.flatMap(({ metadata }) => metadata.labels?.[nodeLabel] ?? []),
    [labelValue(name)],
  );
}
