import type { ExecutionContext } from 'ava';
import { seiNodes } from '../../cluster/resource.ts';
import type { Place } from '../integration/place.ts';
import type { Bed } from './bed.ts';
import { check, type Test } from './broken.ts';
import { few } from './few.ts';
import { isCreate } from './pause.ts';
import { plugin } from './plugin.ts';
import { beginTrial } from './trial.ts';
import { makeWay } from './way.ts';

/** A toggle is killed at its create; then somebody has a hand in the node, and another takes the toggle back. */
export function takenBack(test: Test, bed: () => Bed, inNamespace: (name: string) => Promise<Place>): void {
  const killed = async (t: ExecutionContext, name: string, fault: 'hold' | 'hold answer') => {
    const trial = await beginTrial(bed(), await inNamespace(name));
    const { proxy, tls } = await makeWay(t, bed(), trial.place);
    const flags = ['-n', name, '--yes', '--no-verify'];
    const toggle = plugin(['tls', 'enable', 'n0', '--secret', 'n0-tls', ...flags], proxy);
    await proxy.fault(fault, { of: isCreate });
    toggle.kill();
    await toggle.ended;
    return { trial, on: (command: string) => tls(command, 'n0', '--yes', '--no-verify') };
  };

  test('a new node that nobody heard of is taken back with what somebody has edited of it', t =>
    few(async () => {
      const { trial, on } = await killed(t, 'unheard', 'hold answer');
      const edit = { metadata: { labels: { tier: 'gold' } }, spec: { image: 'sei:v6.4.0' } };
      t.is((await trial.place.patch(seiNodes, 'n0', edit)).status, 200);
      const { code, stderr } = await on('abort');
      t.is(code, 1, stderr);
      const now = await trial.facts();
      check(t, trial, now, stderr);
      t.is(now.node?.spec.sidecar?.tls, undefined);
      t.is(now.node?.spec.image, 'sei:v6.4.0');
      t.is(now.node?.metadata.labels?.tier, 'gold');
    }));

  test('a node that somebody else made is left alone, and what abort says to do with it loses no volume', t =>
    few(async () => {
      const { trial, on } = await killed(t, 'strange', 'hold');
      await trial.create({ sidecar: { tls: { secretName: 'n0-tls' } } });
      const stopped = await on('abort');
      t.is(stopped.code, 3, stopped.stderr);
      t.regex(
        stopped.stderr,
        /left alone; deleted as it is, it would take PersistentVolumeClaim data-n0 along: set its spec\.dataVolume\.import\.pvcName to data-n0, then delete it, and tls resume makes one with no TLS/,
      );
      await trial.setImport();
      const again = await on('resume');
      t.regex(
        again.stderr,
        /left alone; delete it \(its volume stays\), and tls resume makes one with no TLS/,
      );
      await trial.remove();
      const resumed = await on('resume');
      t.is(resumed.code, 1, resumed.stderr);
      const now = await trial.facts();
      check(t, trial, now, resumed.stderr);
      t.is(now.node?.spec.sidecar?.tls, undefined);
    }));
}
