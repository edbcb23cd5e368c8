import { loadavg } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { seiNodes } from '../../cluster/resource.ts';
import { objectKey } from '../../core/kubernetes.ts';
import type { SeiNode } from '../../core/seinode.ts';
import { followAll } from '../follow.ts';
import { type Operator, operator } from '../operator/program.ts';
import type { Bed } from './bed.ts';
import { floor } from './floor.ts';
import { type Cost, costOf } from './process-cost.ts';
import { controllerWrites, total, type Writes, writesSoFar } from './writes.ts';

/** How nodes that were created at once went Running. */
export type Measured = {
  /** Seconds from the first creation to the last Running, and to that of every second node. */
  readonly seconds: number;
  readonly median: number;
  /** Writes a node until all run, each kind of them, and writes a node in the minute after. */
  readonly writes: number;
  readonly kinds: Readonly<Record<string, number>>;
  readonly writesAfter: number;
  /** Of the operator's process: until all run, and with the minute after. */
  readonly cost?: { readonly untilRunning: Cost; readonly minuteAfter: Cost };
  /** The machine's load average of a minute as nodes were created, and as all ran. */
  readonly load: readonly [number, number];
};

/** Measures the bare client. @param count of the bed's nodes. */
export function measureFloor(bed: Bed, count: number): Promise<Measured> {
  return besideFloor(bed, () => measure(bed, count, () => undefined, 0));
}

/** Measures an operator, and the minute after. @param command of `OperatorOptions`. */
export function measureOperator(bed: Bed, count: number, command?: readonly string[]): Promise<Measured> {
  return besideOperator(bed, command, program =>
    measure(bed, count, () => costOf(program.pid() as number), 60_000),
  );
}

/** Does something while the bare client writes what nodes need. */
export async function besideFloor<T>({ controlPlane }: Bed, measured: () => Promise<T>): Promise<T> {
  const over = new AbortController();
  const writing = floor(controlPlane, over.signal);
  const found = await measured();
  over.abort();
  await writing;
  return found;
}

/** Does something while an operator works. @param command of `OperatorOptions`. */
export async function besideOperator<T>(
  { controlPlane, sidecars }: Bed,
  command: readonly string[] | undefined,
  measured: (program: Operator) => Promise<T>,
): Promise<T> {
  const program = await operator(controlPlane, { sidecars: sidecars.address, ...(command && { command }) });
  await program.start();
  const found = await measured(program);
  // In order, while there is an API server still: a profile is written at the end.
  await program.stop();
  return found;
}

/** Creates the nodes, and looks at what they cost once they run and some time after. @param calm milliseconds of that. */
export async function measure(
  { controlPlane, createNodes }: Bed,
  count: number,
  cost: () => Cost | undefined,
  calm: number,
): Promise<Measured> {
  const { call } = controlPlane;
  const before = await writesSoFar(call);
  const load = loadavg()[0] as number;
  const start = performance.now();
  const running = allRunning(controlPlane, count);
  await createNodes();
  const times = (await running).map(time => (time - start) / 1000);
  const [untilRunning, until] = [cost(), await writesSoFar(call)];
  const loadAfter = loadavg()[0] as number;
  await setTimeout(calm);
  const [minuteAfter, after] = [cost(), await writesSoFar(call)];
  const made = controllerWrites(before, until);
  return {
    seconds: times.at(-1) as number,
    median: times[Math.floor(times.length / 2)] as number,
    writes: total(made) / count,
    kinds: eachOf(made, count),
    writesAfter: total(controllerWrites(until, after)) / count,
    ...(untilRunning && minuteAfter && { cost: { untilRunning, minuteAfter } }),
    load: [load, loadAfter],
  };
}

/** When each node was seen Running, in order. @throws where not all are in time: within ten minutes, of thousands half a second each. */
async function allRunning(controlPlane: Bed['controlPlane'], count: number): Promise<number[]> {
  const times = new Map<string, number>();
  const all = new AbortController();
  const seconds = Math.max(600, count / 2);
  const signal = AbortSignal.any([all.signal, AbortSignal.timeout(seconds * 1000)]);
  await followAll<SeiNode>(controlPlane, seiNodes, signal, ({ metadata, status }) => {
    const key = objectKey(metadata.namespace, metadata.name);
    if (status?.phase === 'Running' && !times.has(key)) times.set(key, performance.now());
    if (times.size === count) all.abort();
  });
  if (times.size < count) throw new Error(`only ${times.size} of ${count} nodes run after ${seconds} s`);
  return [...times.values()];
}

function eachOf(writes: Writes, count: number): Record<string, number> {
  return Object.fromEntries([...writes].map(([what, writes]) => [what, writes / count]));
}
