import type { ExecutionContext } from 'ava';
import pLimit from 'p-limit';
import { type ConfigMap, journalLabel, keptIn } from '../../core/toggle/config-map.ts';
import type { Step } from '../../core/toggle/journal.ts';
import { survives } from '../faults/matrix.ts';
import { type FaultProxy, startFaultProxy } from '../faults/proxy/proxy.ts';
import { isWrite, type Seen } from '../faults/proxy/seen.ts';
import type { Place } from '../integration/place.ts';
import type { Bed } from './bed.ts';
import { type Facts, heldBy } from './facts.ts';
import { type Ended, plugin } from './plugin.ts';
import { beginTrial, type Trial } from './trial.ts';
import { makeUser } from './users.ts';

/** A toggle to be broken: what is asked for, and the setting before and after. */
export type Operation = {
  readonly args: readonly string[];
  /** Whether TLS is on, first and last. */
  readonly before: boolean;
  readonly after: boolean;
};

export const enable: Operation = {
  args: ['tls', 'enable', 'n0', '--secret', 'n0-tls'],
  before: false,
  after: true,
};
export const disable: Operation = {
  args: ['tls', 'disable', 'n0'],
  before: true,
  after: false,
};

/** How a toggle is killed at one of its writes. */
export type Break = {
  readonly fault: keyof typeof faults;
  /** The how manieth write, from 1. */
  readonly at: number;
  readonly then: 'resume' | 'abort';
};

/** In the words of the matrix. */
const faults = {
  hold: 'a toggle whose process is killed right before one of its writes',
  'hold answer': 'a toggle whose process is killed right after one of its writes, its answer lost',
};

/** Each is two or three processes, which wait for leases of 15 s most of their time. */
const some = pLimit(10);

/** One node, one way to it, and the plugin on that way. */
export async function broken(
  t: ExecutionContext,
  bed: Bed,
  place: Place,
  operation: Operation,
  how: Break,
): Promise<void> {
  await some(async () => {
    const trial = await beginTrial(bed, place, { tls: operation.before });
    const kubeconfig = await makeUser(bed.controlPlane, place.namespace, 'person');
    const proxy = await startFaultProxy({ kubeconfig, directory: bed.controlPlane.directory });
    try {
      await breakIt(t, trial, proxy, operation, how);
    } finally {
      proxy.close();
    }
  });
}

async function breakIt(
  t: ExecutionContext,
  trial: Trial,
  proxy: FaultProxy,
  operation: Operation,
  how: Break,
) {
  const first = plugin([...operation.args, ...flagsOf(trial)], proxy);
  const met = proxy.fault(how.fault, { at: how.at, of: itsWrites() });
  const through = await Promise.race([met.then(() => undefined), first.ended]);
  if (through === undefined) {
    first.kill();
    const { stderr } = await first.ended;
    const fault = { who: 'plugin', fault: faults[how.fault] } as const;
    return survives(fault, () => goesOn(t, trial, operation, how, stderr));
  }
  const now = await trial.facts();
  check(t, trial, now, through.stderr);
  t.is(now.node?.spec.sidecar?.tls !== undefined, operation.after, through.stderr);
  t.is(through.code, 0, through.stderr);
}

async function goesOn(
  t: ExecutionContext,
  trial: Trial,
  { before, after }: Operation,
  { then }: Break,
  said: string,
) {
  const { kubeconfig } = trial;
  const again = await plugin(['tls', then, 'n0', ...flagsOf(trial)], { kubeconfig }).ended;
  const all = `${said}\n${JSON.stringify(again, null, 1)}`;
  const now = await trial.facts();
  check(t, trial, now, all);
  const isBegun = now.configMaps.length > 0;
  const isBack = (then === 'abort' || !isBegun) && !isDone(now);
  t.is(now.node?.spec.sidecar?.tls !== undefined, isBack ? before : after, all);
  t.is(again.code, !isBegun ? 3 : isBack ? 1 : then === 'resume' ? 0 : 3, all);
}

function flagsOf({ place: { namespace } }: Trial): readonly string[] {
  return ['-n', namespace, '--yes', '--no-verify'];
}

/** What holds whatever was broken: the volume, and a node that runs on it. */
export function check(t: ExecutionContext, trial: Trial, now: Facts, said: string): void {
  t.deepEqual(heldBy(now), heldBy(trial.before), said);
  t.is(now.node?.status?.phase, 'Running', said);
  t.deepEqual(now.leases, [], said);
  const unfinished = now.configMaps.filter(({ metadata }) => metadata.labels?.[journalLabel] !== 'ended');
  t.deepEqual(unfinished, [], said);
}

/** Whether it was done before it could be taken back. */
function isDone({ configMaps }: Facts): boolean {
  return configMaps.some(map => JSON.stringify(map).includes(String.raw`\"step\": \"Done\"`));
}

/** Tells the writes that every toggle does from its signs of life (plugin/toggle/hold.ts): the slower, the more of these. */
function itsWrites(): (call: Seen) => boolean {
  const known = new Set<Step>(['Protected', 'Deleted', 'Running', 'Verified']);
  return call => {
    if (!isWrite(call)) return false;
    const kept = /\/configmaps\b/.test(call.path) ? keptIn(call.body as ConfigMap) : undefined;
    if (!kept?.ok) return true;
    const { step } = kept.value.journal;
    return !known.has(step) && !!known.add(step);
  };
}

/** How many writes an operation takes, counted on one that nothing breaks. */
export async function writesOf(
  t: ExecutionContext,
  bed: Bed,
  place: Place,
  operation: Operation,
): Promise<number> {
  const trial = await beginTrial(bed, place, { tls: operation.before });
  const kubeconfig = await makeUser(bed.controlPlane, place.namespace, 'person');
  const proxy = await startFaultProxy({ kubeconfig, directory: bed.controlPlane.directory });
  t.teardown(proxy.close);
  const flags = ['-n', place.namespace, '--yes', '--no-verify'];
  const { code, stderr }: Ended = await plugin([...operation.args, ...flags], proxy).ended;
  t.is(code, 0, stderr);
  check(t, trial, await trial.facts(), stderr);
  const isItsWrite = itsWrites();
  const writes = proxy.seen.filter(call => call.status! < 400 && isItsWrite(call));
  t.log(`${proxy.seen.length} calls, ${writes.length} of them writes`);
  t.log(proxy.seen.map(({ method, path, query }) => `${method} ${path}?${query}`).join('\n'));
  return writes.length;
}

/** What declares a test. */
export type Test = (title: string, run: (t: ExecutionContext) => Promise<void>) => void;
