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
// Most of their time goes by in waiting: these are run one after the other, beside all else. Toggles are whole in `npm test` as well.
const slow = 'test/faults/{schedules,soak}.test.ts';
const lanes = [
  ['--concurrency=1', slow, 'test/toggle/{kill-reference,answers,meanwhile}.test.ts'],
  ['--concurrency=2', 'test/faults/**/*.test.ts', `!${slow}`],
];
const begun = performance.now();
const codes = await Promise.all((positionals.length > 0 ? [positionals] : lanes).map(run));
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
process.exitCode = codes.every(code => code === 0) && rows.length > 0 && !isLost ? 0 : 1;

/** @returns the exit code. */
function run(args: readonly string[]): Promise<number | null> {
  const child = spawn(join(root, 'node_modules/.bin/ava'), ['--timeout=30m', ...args], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, FAULTS: 'all', FAULTS_REPORT: report },
  });
  return new Promise(resolve => child.on('close', resolve));
}
