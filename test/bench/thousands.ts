import { setTimeout } from 'node:timers/promises';
import type { Operator } from '../operator/program.ts';
import type { Bed } from './bed.ts';
import { histogramIn, observed } from './histogram.ts';
import { besideOperator, type Measured, measure } from './measure.ts';
import { costOf } from './process-cost.ts';

/** What thousands of nodes come to, created at once, and what an operator that starts among them. */
export type Thousands = {
  readonly fleet: Measured;
  /** Of 100 keys, those that waited in the work queue for more than a second: its buckets are decades, and say no quantile. */
  readonly late: number;
  /** Seconds from the start of the process to its first reconcile, of each start. */
  readonly starts: readonly number[];
  /** The largest resident set of the last one, after half a minute. */
  readonly peakMegabytes: number;
};

const starts = 3;

/** Measures the operator. @param count of the bed's nodes. @param command of `OperatorOptions`. */
export function measureThousands(bed: Bed, count: number, command?: readonly string[]): Promise<Thousands> {
  return besideOperator(bed, command, async program => {
    const fleet = await measure(bed, count, () => costOf(program.pid() as number), 60_000);
    const waits = histogramIn(await metricsOf(program), 'workqueue_queue_duration_seconds');
    const late = 100 * (1 - waits.get(1)! / observed(waits));
    const taken: number[] = [];
    while (taken.length < starts) {
      await program.stop();
      taken.push(await firstReconcile(program));
    }
    await setTimeout(30_000);
    const { peakMegabytes } = costOf(program.pid() as number);
    return { fleet, late, starts: taken, peakMegabytes };
  });
}

async function firstReconcile(program: Operator): Promise<number> {
  const begun = performance.now();
  const started = program.start();
  // Nobody else tells of it. An answer counts every node, so it is not asked for all the time.
  while (!(await hasReconciled(program))) await setTimeout(200);
  const seconds = (performance.now() - begun) / 1000;
  await started;
  return seconds;
}

async function hasReconciled(program: Operator): Promise<boolean> {
  const text = await metricsOf(program).catch(() => '');
  return /^controller_runtime_reconcile_total\{.*\} [1-9]/m.test(text);
}

async function metricsOf({ metrics }: Operator): Promise<string> {
  return (await fetch(`${metrics}/metrics`)).text();
}
