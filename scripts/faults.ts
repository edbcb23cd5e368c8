import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { temporaryDirectory } from '../test/directory.ts';
import { markdownOf, rowsOf } from '../test/faults/table.ts';

// `npm run faults`: all faults, and how often what is promised held; a file's name after `--` runs that file alone. `--write`
// puts the table into docs/fault-matrix.md. Exit codes: 0; 1 where something was lost.
const root = join(import.meta.dirname, '..');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { write: { type: 'boolean', default: false } },
});
const report = join(temporaryDirectory('faults'), 'notes.jsonl');
writeFileSync(report, '');
// Those of toggles are whole in `npm test` as well.
const all = ['test/faults/**/*.test.ts', 'test/toggle/{kill-reference,answers,meanwhile}.test.ts'];
const files = positionals.length > 0 ? positionals : all;
const begun = performance.now();
const code = await new Promise(resolve => {
  spawn(join(root, 'node_modules/.bin/ava'), ['--concurrency=2', '--timeout=30m', ...files], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, FAULTS: 'all', FAULTS_REPORT: report },
  }).on('close', resolve);
});
const rows = rowsOf(readFileSync(report, 'utf8'));
const table = markdownOf(rows);
mkdirSync(join(root, 'dist'), { recursive: true });
writeFileSync(join(root, 'dist/faults.json'), `${JSON.stringify(rows, null, 2)}\n`);
console.log(
  `\n${table}\n\n${Math.ceil((performance.now() - begun) / 60_000)} minutes; as JSON in dist/faults.json`,
);
if (values.write) {
  const page = join(root, 'docs/fault-matrix.md');
  const [head, , tail] = readFileSync(page, 'utf8').split(/<!-- matrix -->\n/);
  writeFileSync(page, [head, `${table}\n`, tail].join('<!-- matrix -->\n'));
}
const isLost = rows.some(({ injected, survived }) => survived < injected);
process.exitCode = code === 0 && rows.length > 0 && !isLost ? 0 : 1;
