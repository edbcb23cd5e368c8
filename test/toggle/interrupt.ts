import type { ExecutionContext } from 'ava';
import { isWrite, type Seen } from '../faults/proxy/seen.ts';
import type { Place } from '../integration/place.ts';
import type { Bed } from './bed.ts';
import { check, type Test } from './broken.ts';
import { few } from './few.ts';
import { enableWhile, isCreate, isDelete, isOfVolume } from './pause.ts';
import { type Ended, type Plugin, plugin } from './plugin.ts';
import { beginTrial, type Trial } from './trial.ts';

/** Ctrl-C: where the node stands is said, and the command that goes on, which does so at once. */
export function interrupt(test: Test, bed: () => Bed, inNamespace: (name: string) => Promise<Place>): void {
  const began = async (name: string) => beginTrial(bed(), await inNamespace(name));

  const points: readonly (readonly [string, (call: Seen) => boolean, string])[] = [
    ['as the volume is protected', isOfVolume, 'Prepared'],
    ['as the node is deleted', isDelete, 'Deleting'],
    ['as the node is created', isCreate, 'Deleted'],
  ];
  for (const [when, of, step] of points) {
    test(`Ctrl-C ${when}`, t =>
      few(async () => {
        const trial = await began(`int-${when.replaceAll(' ', '-')}`);
        const toggle = await enableWhile(t, bed(), trial, of, interrupted);
        await goesOn(t, trial, await toggle.ended, step);
      }));
  }

  test('Ctrl-C while the new node is waited for', t =>
    few(async () => {
      const trial = await began('int-waits');
      const toggle = await enableWhile(t, bed(), trial, isCreate, () => bed().held.add('int-waits/n0-0'));
      await toggle.says(/waits: SeiNode n0 is Initializing/);
      toggle.kill('SIGINT');
      const ended = await toggle.ended;
      bed().held.delete('int-waits/n0-0');
      bed().release();
      await goesOn(t, trial, ended, 'Created');
    }));

  test('Ctrl-C as it begins', t =>
    few(async () => {
      const trial = await began('int-begins');
      const toggle = await enableWhile(t, bed(), trial, isWrite, interrupted);
      await goesOn(t, trial, await toggle.ended, 'Prepared');
    }));

  test('Ctrl-C before anything is written: nothing has begun', t =>
    few(async () => {
      const trial = await began('int-before');
      const isPreflight = ({ path }: Seen) => path.includes('/networkpolicies');
      const toggle = await enableWhile(t, bed(), trial, isPreflight, interrupted);
      const { code, stdout, stderr } = await toggle.ended;
      t.is(code, 130, stderr);
      t.is(stdout, 'seinode.sei.io/n0 interrupted\n');
      t.regex(stderr, /interrupted before it began, nothing is changed/);
      t.notRegex(stderr, /go on with/);
      t.false(toggle.proxy.seen.some(isWrite));
    }));

  test('Ctrl-C while no answer comes says so, and once more ends it; whoever goes on waits for the lease', t =>
    few(async () => {
      const trial = await began('int-twice');
      const never = new Promise(() => {});
      const toggle = await enableWhile(t, bed(), trial, isOfVolume, interrupted, never);
      toggle.kill('SIGINT');
      t.is((await toggle.ended).code, 130);
      const waiting = plugin(['tls', 'resume', 'n0', '-n', 'int-twice', '--yes', '--no-verify'], trial);
      await waiting.says(/works on the toggle of SeiNode n0 since .*; this goes on in 15 s/);
      waiting.kill('SIGINT');
      const left = await waiting.ended;
      t.is(left.code, 130);
      t.regex(left.stderr, /stands at Prepared; go on with: kubectl seinode tls resume n0 -n int-twice/);
      const brief = await toggle.andThen('tls', 'resume', 'n0', '--timeout', '3s');
      t.is(brief.code, 3, brief.stderr);
      t.regex(brief.stderr, /it took longer than --timeout 3s/);
      const { code, stderr } = await toggle.andThen('tls', 'resume', 'n0');
      t.is(code, 0, stderr);
      check(t, trial, await trial.facts(), stderr);
    }));
}

/** It has heard of it before there is an answer. */
async function interrupted({ kill, says }: Plugin): Promise<void> {
  kill('SIGINT');
  await says(/interrupted: the answer to what was sent is awaited; once more ends this at once/);
}

/** The command that it tells is typed as it stands there. */
async function goesOn(t: ExecutionContext, trial: Trial, { code, stdout, stderr }: Ended, step: string) {
  t.is(code, 130, stderr);
  t.is(stdout, 'seinode.sei.io/n0 interrupted\n');
  const [line, command = ''] =
    /stands at .*; go on with: kubectl seinode (.*), or back with/.exec(stderr) ?? [];
  t.regex(line ?? '', new RegExp(`stands at ${step};`), stderr);
  const asked = performance.now();
  const resumed = await plugin([...command.split(' '), '--yes', '--no-verify'], {}).ended;
  t.is(resumed.code, 0, resumed.stderr);
  t.notRegex(resumed.stderr, /this goes on in/);
  t.log(`${command}: ${Math.round(performance.now() - asked)} ms`);
  check(t, trial, await trial.facts(), resumed.stderr);
}
