import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { table } from '../../plugin/output/table.ts';
import { fleetFile } from './fleet-file.ts';
import { sanDecision } from './san-decision.ts';

// `npm run bench`: every figure beside its peer in the same run; machines are noisy, so the ratio counts.
export type Row = {
  readonly what: string;
  readonly ours: string;
  readonly peer: string;
  readonly figure: number;
  /** The figure should be at most this. */
  readonly target: number;
};

const directory = mkdtempSync(join(tmpdir(), 'bench-'));
try {
  const rows: Row[] = [...(await sanDecision(directory)), ...(await fleetFile(directory))];
  const report = { machine: `${cpus().length} × ${cpus()[0]?.model}`, node: process.version, rows };
  const output = join(import.meta.dirname, '../../dist');
  mkdirSync(output, { recursive: true });
  writeFileSync(join(output, 'bench.json'), `${JSON.stringify(report, null, 2)}\n`);
  const header = ['WHAT', 'OURS', 'PEER', 'FIGURE', 'TARGET'];
  console.log(`${report.machine}, Node ${report.node}; as JSON in dist/bench.json\n`);
  console.log(
    table([
      header,
      ...rows.map(({ what, ours, peer, figure, target }) => [
        what,
        ours,
        peer,
        figure.toFixed(3),
        `≤ ${target}`,
      ]),
    ]),
  );
} finally {
  rmSync(directory, { recursive: true });
}
