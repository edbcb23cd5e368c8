import { existsSync } from 'node:fs';
import { findNodePrograms, type NodePrograms, type Programs } from '../control-plane/programs.ts';
import { operatorBundle } from '../operator/program.ts';
import { type Bed, makeBed } from './bed.ts';
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
  const perNode = (measured: Measured, count: number) => (cpuOf(measured) / count) * 1000;
  const [cost, costOfMany] = [perNode(few.ours, fleet), perNode(many.ours, large)];
  return [
    ...rows(fleet, few),
    row(`${fleet} nodes, CPU seconds of the operator`, few, cpuOf, 7),
    row(`${fleet} nodes, peak memory of the operator in MB`, few, peakOf, 200),
    ...rows(large, many),
    {
      what: `CPU a node, ${large} nodes beside ${fleet}`,
      ours: `${costOfMany.toFixed(1)} ms, ${peakOf(many.ours).toFixed(0)} MB in all`,
      peer: `${cost.toFixed(1)} ms`,
      figure: costOfMany / cost,
      target: 1.1,
    },
  ];
}

type Both = { readonly floor: Measured; readonly ours: Measured };

function rows(count: number, both: Both): Row[] {
  return [
    {
      what: `${count} nodes created at once, all Running`,
      ours: timesOf(both.ours),
      peer: `${timesOf(both.floor)} a bare client`,
      figure: both.ours.seconds / both.floor.seconds,
      target: 1.5,
    },
    row(`${count} nodes, writes a node until then`, both, ({ writes }) => writes, 7),
    row(`${count} nodes, writes a node in the minute after`, both, ({ writesAfter }) => writesAfter, 0),
  ];
}

function row(
  what: string,
  { ours, floor }: Both,
  figureOf: (measured: Measured) => number,
  target: number,
): Row {
  const shown = (measured: Measured) => (measured.cost || target === 7 ? figureOf(measured).toFixed(1) : '-');
  return { what, ours: shown(ours), peer: shown(floor), figure: figureOf(ours), target };
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

/** Runs a measure on a bed of its own. */
export async function onBed(
  programs: Programs,
  nodePrograms: NodePrograms,
  count: number,
  measure: (bed: Bed, count: number) => Promise<Measured>,
): Promise<Measured> {
  const bed = await makeBed(programs, nodePrograms, count);
  try {
    return await measure(bed, count);
  } finally {
    await bed.stop();
  }
}
