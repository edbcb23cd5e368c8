import { existsSync } from 'node:fs';
import { findNodePrograms, type NodePrograms, type Programs } from '../control-plane/programs.ts';
import { operatorBundle } from '../operator/program.ts';
import { onBed } from './bed.ts';
import { measureGate } from './gate.ts';
import { measureFloor, measureOperator } from './measure.ts';
import { oneByOneFloor, oneByOneOperator } from './one-node.ts';
import { costs, linear, onceCreated, writesOf } from './reconcile.ts';
import type { Row } from './report.ts';
import { centile, median } from './statistics.ts';
import { measureThousands } from './thousands.ts';

/** How much is measured: all of it, or as much as shows that a bench works. */
export type Size = 'whole' | 'small';

type Beds = { readonly programs: Programs; readonly nodePrograms: NodePrograms };

/** One node at a time on an idle cluster. */
export async function oneNode(programs: Programs, size: Size): Promise<Row[]> {
  return withBeds(programs, async ({ programs, nodePrograms }) => {
    const nodes = size === 'whole' ? 31 : 4;
    const floor = await onBed(programs, nodePrograms, nodes, oneByOneFloor);
    const ours = await onBed(programs, nodePrograms, nodes, oneByOneOperator);
    return [
      {
        ...{ what: 'one node on an idle cluster, ms from its creation to Running', target: 250 },
        ...{ ours: spreadOf(ours), peer: `${spreadOf(floor)} a bare client`, figure: median(ours) },
        runs: { ours, peer: floor },
      },
    ];
  });
}

/** Many nodes at once beside a bare client, then thousands, and an operator that starts among them. */
export async function fleets(programs: Programs, size: Size): Promise<Row[]> {
  return withBeds(programs, async ({ programs, nodePrograms }) => {
    const [few, many] = size === 'whole' ? [300, 3_000] : [10, 30];
    const floor = await onBed(programs, nodePrograms, few, measureFloor);
    const ours = await onBed(programs, nodePrograms, few, measureOperator);
    const floorOfMany = await onBed(programs, nodePrograms, many, measureFloor);
    const thousands = await onBed(programs, nodePrograms, many, measureThousands);
    const { fleet, late, starts, peakMegabytes } = thousands;
    return [
      onceCreated(few, { floor, ours }),
      ...writesOf(few, { floor, ours }),
      ...costs(few, ours),
      onceCreated(many, { floor: floorOfMany, ours: fleet }),
      ...linear({ count: few, measured: ours }, { count: many, measured: fleet }),
      figureRow(`${many} nodes created at once, keys in 100 that wait for more than a second`, late, 1),
      {
        ...figureRow(
          `operator started among ${many} nodes, seconds to its first reconcile`,
          median(starts),
          3,
        ),
        runs: { ours: thousands, peer: undefined },
      },
      figureRow(`operator started among ${many} nodes, peak memory in MB`, peakMegabytes, 400),
    ];
  });
}

/** Secrets that are mended while others wait. */
export async function gate(programs: Programs, size: Size): Promise<Row[]> {
  return withBeds(programs, async ({ programs, nodePrograms }) => {
    const [waiting, mended] = size === 'whole' ? [1_000, 200] : [20, 5];
    const { heard, opened } = await onBed(programs, nodePrograms, waiting, bed =>
      measureGate(bed, waiting, mended),
    );
    return ([0.5, 0.99] as const).map(of => ({
      what: `${waiting} nodes wait, ms from a Secret mended to its node past the gate, p${of * 100}`,
      ours: `${centile(opened, of).toFixed(0)} ms`,
      peer: `${centile(heard, of).toFixed(0)} ms a watch on the Secret`,
      ...{ figure: centile(opened, of), target: 250, runs: { ours: opened, peer: heard } },
    }));
  });
}

async function withBeds(programs: Programs, rows: (beds: Beds) => Promise<Row[]>): Promise<Row[]> {
  const nodePrograms = await findNodePrograms();
  if (nodePrograms !== undefined && existsSync(operatorBundle)) return rows({ programs, nodePrograms });
  console.log('without kube-scheduler, kwok and dist/operator.cjs no node is reconciled');
  return [];
}

function figureRow(what: string, figure: number, target: number): Row {
  return { ...{ what, figure, target }, ours: figure.toFixed(2), peer: '-' };
}

function spreadOf(milliseconds: readonly number[]): string {
  const [p50, p99] = [0.5, 0.99].map(of => centile(milliseconds, of).toFixed(0));
  return `p50 ${p50} ms, p99 ${p99} ms`;
}
