import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { findPrograms, findRBACProxy } from '../test/control-plane/programs.ts';
import { whyNoGo } from '../test/go-program.ts';
import { cyclonusProgram } from '../test/netpol/cyclonus.ts';
import { findObjectStore } from '../test/object-store/program.ts';
import { program } from '../test/oracle/oracle.ts';
import { gatekeeperProgram } from '../test/parity/engines/gatekeeper.ts';
import { findGator, oldestGatekeeper } from './gator.ts';
import { findGoTool } from './go-tool.ts';
import { findOPA } from './opa.ts';
import { tools } from './release/tools.ts';

// `npm test`: lint, types, units, then the tests on a control plane. The last line counts: `N passed, N failed, N skipped`.
const root = join(import.meta.dirname, '..');
const bin = (name: string) => join(root, 'node_modules', '.bin', name);

// Tools are built here, one after the other, not by every test file at once. Without Go, tests say so by name.
findOPA();
findGator();
findGator(oldestGatekeeper.version);
findObjectStore();
for (const tool of [tools.krew, tools['validate-krew-manifest'], tools.helm]) findGoTool(tool);
if (whyNoGo() === undefined) {
  program();
  cyclonusProgram();
  gatekeeperProgram();
}
await findPrograms();
await findRBACProxy();

const checks: readonly (readonly [string, readonly string[]])[] = [
  ['biome', ['check', '.']],
  ['tsc', ['--noEmit']],
];
const results: boolean[] = [];
for (const [name, args] of checks) {
  results.push((await execute(bin(name), args)).code === 0);
}
console.log('the tests: half an hour or so, shown where one fails or is skipped …');
const asked = process.argv.slice(2);
// A control plane is 600 MB and more than one core as it starts.
const few = '--concurrency=2';
// Toggles come last: they have the ports for minutes that some of the others wait for.
const all = [
  ['test/**/*.test.ts', '!test/{integration,faults,toggle}/**'],
  ['test/integration/**/*.test.ts', few],
  ['test/faults/**/*.test.ts', few],
  ['test/toggle/**/*.test.ts', few],
];
const runs = asked.length > 0 ? [asked] : all;
const counts = { pass: 0, fail: results.filter(ok => !ok).length, skip: 0 };
counts.pass = results.length - counts.fail;
for (const args of runs) {
  const { code, output } = await execute(bin('ava'), ['--tap', ...args], isNews);
  const count = (name: string) => Number(new RegExp(`^# ${name} (\\d+)$`, 'm').exec(output)?.[1] ?? 0);
  // A run that ends without counting has failed, whatever it says.
  const uncounted = (code !== 0 && count('fail') === 0) || count('pass') + count('skip') === 0 ? 1 : 0;
  counts.pass += count('pass');
  counts.fail += count('fail') + uncounted;
  counts.skip += count('skip');
}
console.log(`${counts.pass} passed, ${counts.fail} failed, ${counts.skip} skipped`);
process.exitCode = counts.fail === 0 ? 0 : 1;

/** Runs a program and shows its lines, those that `show` lets through. */
function execute(
  command: string,
  args: readonly string[],
  show: (line: string) => boolean = () => true,
): Promise<{ code: number | null; output: string }> {
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  let shown = 0;
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
    const end = output.lastIndexOf('\n');
    const lines = output.slice(shown, end).split('\n').filter(show);
    if (end > shown && lines.length > 0) {
      console.log(lines.join('\n'));
    }
    shown = Math.max(shown, end + 1);
  });
  return new Promise(resolve => child.on('close', code => resolve({ code, output })));
}

/** Of TAP, what a person reads: failures with their diagnostics, and what was skipped. */
function isNews(line: string): boolean {
  return line !== '' && !/^(TAP version|# |1\.\.|---tty|ok (?!.*# SKIP))/.test(line);
}
