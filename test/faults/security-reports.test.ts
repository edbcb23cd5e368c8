import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { temporaryDirectory } from '../directory.ts';
import { survives, type Who } from './matrix.ts';

const root = join(import.meta.dirname, '../..');
const canary = 'c4n4ry-0f-4-t0k3n';
const programs: readonly (readonly [who: Who, args: readonly string[]])[] = [
  ['plugin', ['plugin/main.ts', 'policy', 'list']],
  ['operator', ['operator/main.ts', '--no-such-flag']],
  ['sidecar', ['sidecar/main.ts', 'no-such-command']],
];

/** What Node would write as a report at the end of a program, on standard error. */
const preload = `process.on('exit', () => {
  process.stderr.write('REPORT ' + JSON.stringify(process.report.getReport()));
});`;

for (const [who, args] of programs) {
  test(`a diagnostic report of the ${who} holds nothing of its environment`, t =>
    survives({ who, fault: 'a diagnostic report is asked for' }, () => {
      const file = join(temporaryDirectory('report'), 'preload.cjs');
      writeFileSync(file, preload);
      const { stderr } = spawnSync(process.execPath, ['--require', file, ...args], {
        cwd: root,
        encoding: 'utf8',
        maxBuffer: 64 * 2 ** 20,
        env: { ...process.env, AWS_SECRET_ACCESS_KEY: canary },
      });
      const report = stderr.slice(stderr.indexOf('REPORT '));
      t.regex(report, /"nodejsVersion"/);
      t.false(report.includes(canary));
    }));
}
