import { existsSync } from 'node:fs';
import { findNodePrograms, type Programs } from '../control-plane/programs.ts';
import { operatorBundle } from '../operator/program.ts';
import { onBed } from './bed.ts';
import { type Measured, measureFloor, measureOperator } from './measure.ts';
import type { Row } from './run.ts';

const fleet = 300;
const large = 1000;

/** TLS nodes created at once, until all are Running: the operator beside a bare client, each on its own control plane. */
export async function reconcile(programs: Programs): Promise<Row[]> {
  const nodePrograms = await findNodePrograms();
  if (nodePrograms === undefined || !existsSync(operatorBundle)) {
    console.log('without kube-scheduler, kwok and dist/operator.cjs no node is reconciled');
    return [];
  }
  const both = async (count: number) => ({
    floor: await onBed(programs, nodePrograms, count, measureFloor),
    ours: await onBed(programs, nodePrograms, count, measureOperator),
  });
  const few = await both(fleet);
  const many = await both(large);
  const [cost, costOfMany] = [perNode(few.ours, fleet), perNode(many.ours, large)];
  return [
    ...rows(fleet, few),
    row(`${fleet} nodes, CPU seconds of the operator, the minute after too`, cpuOf(few.ours), 7),
    row(`${fleet} nodes, peak memory of the operator in MB`, peakOf(few.ours), 200),
    ...rows(large, many),
    {
      what: `CPU a node, ${large} nodes beside ${fleet}`,
      ours: `${costOfMany.toFixed(1)} ms (${peakOf(many.ours).toFixed(0)} MB in all)`,
      peer: `${cost.toFixed(1)} ms`,
      figure: costOfMany / cost,
      target: 1.1,
    },
  ];
}

function rows(count: number, { floor, ours }: { readonly floor: Measured; readonly ours: Measured }): Row[] {
  const a = `${count} nodes, writes a node`;
  return [
    {
      what: `${count} nodes created at once, all Running`,
      ours: timesOf(ours),
      peer: `${timesOf(floor)} a bare client`,
      figure: ours.seconds / floor.seconds,
      target: 1.5,
    },
    row(`${a} until then`, ours.writes, 7, floor.writes.toFixed(1)),
    row(`${a} in the minute after`, ours.writesAfter, 0),
  ];
}

function row(what: string, figure: number, target: number, peer = '-'): Row {
  return { what, ours: figure.toFixed(1), peer, figure, target };
}

function perNode(measured: Measured, count: number): number {
  return (cpuOf(measured) / count) * 1000;
}

/** With the machine's load average, without which a time says little. */
function timesOf({ seconds, median, load }: Measured): string {
  const [from, to] = load.map(value => value.toFixed(1));
  return `${seconds.toFixed(1)} s (p50 ${median.toFixed(1)} s, load ${from} to ${to})`;
}

/** With the minute after: what a steady fleet costs belongs to it. */
function cpuOf({ cost }: Measured): number {
  return cost?.minuteAfter.cpuSeconds ?? Number.NaN;
}

function peakOf({ cost }: Measured): number {
  return cost?.minuteAfter.peakMegabytes ?? Number.NaN;
}
