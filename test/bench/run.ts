import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { table } from '../../plugin/output/table.ts';
import { findPrograms } from '../control-plane/programs.ts';
import { temporaryDirectory } from '../directory.ts';
import { parts } from './parts.ts';
import { cellsOf, type Machine, markdownOf, type Row, reportOf } from './report.ts';

// `npm run bench`: every figure beside its peer in the same run; machines are noisy, so the ratio counts. Names of parts after
// `--` run these alone. `--small` shows that they work; `--write` puts the table into docs/performance.md, `--date` says of
// which day it is. Exit codes: 0; 1 where a part failed; 2 for a name that no part has.
const root = join(import.meta.dirname, '../..');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    small: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    date: { type: 'string', default: new Date().toISOString().slice(0, 10) },
  },
});
const names = Object.keys(parts);
const unknown = positionals.filter(name => !names.includes(name));
if (unknown.length > 0 || (values.small && values.write)) {
  console.error(`the parts are ${names.join(', ')}; what is small is not written`);
  process.exit(2);
}
const found = await findPrograms();
const programs = () => {
  if (found === undefined)
    throw new Error('without kubectl and a control plane there is nothing to measure beside');
  return found;
};
const machine: Machine = {
  date: values.date,
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  cores: cpus().length,
  node: process.version,
  kubernetes: found
    ? execFileSync(found['kube-apiserver'], ['--version'], { encoding: 'utf8' }).trim()
    : 'no Kubernetes',
  load: loadavg()[0] as number,
};
execFileSync(process.execPath, [join(root, 'scripts/build.ts')]);
const around = {
  directory: temporaryDirectory('bench'),
  size: values.small ? 'small' : 'whole',
  programs,
} as const;
const measured = new Map<string, readonly Row[]>();
for (const name of positionals.length > 0 ? positionals : names) {
  const begun = performance.now();
  try {
    measured.set(name, (await parts[name]?.(around)) ?? []);
  } catch (error) {
    // The others may say something all the same.
    console.error(`${name}: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  }
  console.log(`${name}: ${((performance.now() - begun) / 60_000).toFixed(1)} minutes`);
}
const published = join(root, 'docs/performance.json');
const former = existsSync(published) ? JSON.parse(readFileSync(published, 'utf8')).lines : [];
const report = reportOf(machine, names, measured, former);
mkdirSync(join(root, 'dist'), { recursive: true });
const runs = { ...report, rows: Object.fromEntries(measured) };
writeFileSync(join(root, 'dist/bench.json'), `${JSON.stringify(runs, null, 2)}\n`);
const lines = report.lines.filter(({ figure }) => figure !== undefined);
console.log(`\n${table([['PART', 'WHAT', 'OURS', 'PEER', 'FIGURE', 'TARGET'], ...lines.map(cellsOf)])}`);
console.log(`${machine.cores} × ${machine.cpu}, Node ${machine.node}; each run of it in dist/bench.json`);
if (values.write) {
  writeFileSync(published, `${JSON.stringify(report, null, 2)}\n`);
  const page = join(root, 'docs/performance.md');
  const [head, , tail] = readFileSync(page, 'utf8').split(/<!-- figures -->\n/);
  writeFileSync(page, [head, `${markdownOf(report)}\n`, tail].join('<!-- figures -->\n'));
}
