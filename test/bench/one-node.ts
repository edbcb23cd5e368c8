import { setTimeout } from 'node:timers/promises';
import { seiNodes } from '../../cluster/resource.ts';
import type { SeiNode } from '../../core/seinode.ts';
import { followAll } from '../follow.ts';
import type { Bed } from './bed.ts';
import { besideFloor, besideOperator } from './measure.ts';

/** Milliseconds of each node from its creation on an idle cluster until it is Running. */
export type OneByOne = readonly number[];

/** Measures the bare client. @param count of the bed's nodes; the first warms it. */
export function oneByOneFloor(bed: Bed, count: number): Promise<OneByOne> {
  return besideFloor(bed, () => oneByOne(bed, count));
}

/** Measures the operator. @param command of `OperatorOptions`. */
export function oneByOneOperator(bed: Bed, count: number, command?: readonly string[]): Promise<OneByOne> {
  return besideOperator(bed, command, () => oneByOne(bed, count));
}

async function oneByOne({ controlPlane, createNodes }: Bed, count: number): Promise<OneByOne> {
  const over = new AbortController();
  const running = new Map(
    Array.from({ length: count }, (_, index) => [`n${index}`, Promise.withResolvers<number>()]),
  );
  const following = followAll<SeiNode>(controlPlane, seiNodes, over.signal, ({ metadata, status }) => {
    if (status?.phase === 'Running') running.get(metadata.name)?.resolve(performance.now());
  });
  const taken: number[] = [];
  for (const [index, { promise }] of [...running.values()].entries()) {
    // What the one before set going has come to an end.
    await setTimeout(1_000);
    const start = performance.now();
    await createNodes(index, index + 1);
    taken.push((await promise) - start);
  }
  over.abort();
  await following;
  return taken.slice(1);
}
