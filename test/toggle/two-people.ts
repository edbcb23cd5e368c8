import { isWrite } from '../faults/proxy/seen.ts';
import type { Place } from '../integration/place.ts';
import type { Bed } from './bed.ts';
import { check, type Test } from './broken.ts';
import { few } from './few.ts';
import { enableWhile, isCreate, isDelete, isJournal } from './pause.ts';
import { type Plugin, plugin } from './plugin.ts';
import { beginTrial, type Trial } from './trial.ts';

/** Two at one node: each has two processes. */
export function twoPeople(test: Test, bed: () => Bed, inNamespace: (name: string) => Promise<Place>): void {
  const began = async (name: string) => beginTrial(bed(), await inNamespace(name));
  const other = ({ kubeconfig, place }: Trial, ...args: readonly string[]): Plugin =>
    plugin(['tls', ...args, 'n0', '-n', place.namespace, '--yes', '--no-verify'], { kubeconfig });

  test('who comes second is told who toggles the node, and since when', t =>
    few(async () => {
      const trial = await began('second');
      const toggle = await enableWhile(t, bed(), trial, isDelete, async () => {
        const { code, stdout, stderr } = await other(trial, 'enable', '--secret', 'n0-tls').ended;
        t.is(code, 3, stderr);
        t.is(stdout, 'seinode.sei.io/n0 refused\n');
        t.regex(
          stderr,
          /the toggle that \S+@\S+ began at 20\S+Z is unfinished \(Deleting\), and \S+@\S+ works on it/,
        );
      });
      const { code, stderr } = await toggle.ended;
      t.is(code, 0, stderr);
      check(t, trial, await trial.facts(), stderr);
    }));

  test('of two that begin at the same moment, one is refused', t =>
    few(async () => {
      const trial = await began('at-once');
      let first: Plugin | undefined;
      const toggle = await enableWhile(t, bed(), trial, isJournal, async () => {
        first = other(trial, 'enable', '--secret', 'n0-tls');
        await first.says(/becomes Retain$/m);
      });
      const { code, stderr } = await toggle.ended;
      t.is(code, 3, stderr);
      t.regex(stderr, /error: SeiNode at-once\/n0: \S+@\S+ works on the toggle of SeiNode n0 since 20\S+Z/);
      t.is((await first?.ended)?.code, 0);
      check(t, trial, await trial.facts(), stderr);
    }));

  test('nobody takes over from who is alive', t =>
    few(async () => {
      const trial = await began('alive');
      const toggle = await enableWhile(t, bed(), trial, isCreate, () => bed().held.add('alive/n0-0'));
      await toggle.says(/waits: SeiNode n0 is Initializing/);
      const { code, stderr } = await other(trial, 'abort').ended;
      t.is(code, 3, stderr);
      t.regex(stderr, /error: SeiNode alive\/n0: \S+@\S+ works on the toggle of SeiNode n0 since 20\S+Z/);
      bed().held.delete('alive/n0-0');
      bed().release();
      t.is((await toggle.ended).code, 0);
      const now = await trial.facts();
      check(t, trial, now, stderr);
      t.is(now.node?.spec.sidecar?.tls?.secretName, 'n0-tls');
    }));

  for (const isOver of [true, false]) {
    const how = isOver ? 'has ended it' : 'is at it';
    test(`who was suspended while another aborts writes nothing more, and says that the other ${how}`, t =>
      few(async () => {
        const trial = await began(isOver ? 'asleep' : 'asleep-briefly');
        const pod = trial.place.key('n0-0');
        const toggle = await enableWhile(t, bed(), trial, isCreate, () => bed().held.add(pod));
        await toggle.says(/waits: SeiNode n0 is Initializing/);
        toggle.kill('SIGSTOP');
        const awake = () => {
          toggle.proxy.seen.length = 0;
          toggle.kill('SIGCONT');
        };
        const abort = other(trial, 'abort');
        await abort.says(/SeiNode n0 is created with no TLS/);
        if (!isOver) awake();
        const stopped = isOver ? undefined : await toggle.ended;
        bed().held.delete(pod);
        bed().release();
        const aborted = await abort.ended;
        t.is(aborted.code, 1, aborted.stderr);
        if (isOver) awake();
        const { code, stderr } = stopped ?? (await toggle.ended);
        t.is(code, 3, stderr);
        t.regex(
          stderr,
          isOver
            ? /another went on with the toggle of SeiNode n0 meanwhile, and left it at Aborted/
            : /\S+@\S+ works on the toggle of SeiNode n0 since/,
        );
        t.notRegex(stderr, /go on with/);
        const written = toggle.proxy.seen.filter(call => isWrite(call) && (call.status ?? 0) < 400);
        t.deepEqual(written, []);
        check(t, trial, await trial.facts(), stderr);
      }));
  }

  test('what was sent before another took over does not undo what that one did', t =>
    few(async () => {
      const trial = await began('late');
      const toggle = await enableWhile(t, bed(), trial, isCreate, async () => {
        const aborted = await other(trial, 'abort').ended;
        t.is(aborted.code, 1, aborted.stderr);
      });
      const { code, stderr } = await toggle.ended;
      t.is(code, 3, stderr);
      t.regex(stderr, /another went on with the toggle of SeiNode n0 meanwhile, and left it at Aborted/);
      const now = await trial.facts();
      check(t, trial, now, stderr);
      t.is(now.node?.spec.sidecar?.tls, undefined);
    }));
}
