import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { table } from '../../plugin/output/table.ts';
import { findPrograms } from '../control-plane/programs.ts';
import { admission } from './admission.ts';
import { clusterList } from './cluster-list.ts';
import { fleetFile } from './fleet-file.ts';
import { gatekeeper } from './gatekeeper.ts';
import { netpol } from './netpol.ts';
import { reconcile } from './reconcile.ts';
import { sanDecision } from './san-decision.ts';
import { sidecarStart } from './sidecar/start.ts';
import { sidecarTasks } from './sidecar/tasks.ts';
import { startup } from './startup.ts';
import { toggling } from './toggle.ts';

// `npm run bench`: every figure beside its peer in the same run; machines are noisy, so the ratio counts.
export type Row = {
  readonly what: string;
  readonly ours: string;
  readonly peer: string;
  readonly figure: number;
  /** The figure should be at most this. */
  readonly target: number;
  /** What the row was made from, each run of it: in the JSON only. */
  readonly runs?: { readonly ours: unknown; readonly peer: unknown };
};

const executable = join(import.meta.dirname, '../../dist/kubectl-seinode');
const directory = mkdtempSync(join(tmpdir(), 'bench-'));
try {
  const programs = await findPrograms();
  const rows: Row[] = [
    ...(await sanDecision(directory)),
    ...(await fleetFile(directory)),
    ...(await sidecarStart(directory)),
    ...(await gatekeeper(directory)),
  ];
  if (programs === undefined) {
    console.log('without kubectl and a control plane there is no peer for the start and for lists');
  } else {
    execFileSync(process.execPath, [join(import.meta.dirname, '../../scripts/build.ts')]);
    rows.push(
      ...startup(executable, programs.kubectl, directory),
      ...(await netpol(executable, directory)),
      ...(await clusterList(executable, programs)),
      ...(await sidecarTasks(programs, directory)),
      ...(await toggling(programs)),
      ...(await reconcile(programs)),
      ...(await admission(programs)),
    );
  }
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
