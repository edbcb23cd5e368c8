import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Order, Report } from './supervise.ts';

// A process of its own that owns a control plane's programs and directory. It hears from the test process over the
// channel of child_process.fork; when that closes, however the test process ended, everything goes.
const directory = mkdtempSync(join(tmpdir(), 'control-plane-'));
const programs = new Set<ChildProcess>();

process.on('message', start);
process.on('disconnect', end);
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
  process.on(signal, () => process.connected && process.disconnect());
}
report({ directory });

function start({ id, command, args, log }: Order): void {
  const output = openSync(log, 'a');
  const child = spawn(command, args, { cwd: directory, stdio: ['ignore', output, output] });
  closeSync(output);
  programs.add(child);
  child.on('spawn', () => report({ id, pid: child.pid as number }));
  child.on('error', ({ message }) => ended(id, child, message));
  child.on('exit', (code, signal) => ended(id, child, `exit ${code ?? signal}`));
}

function ended(id: number, child: ChildProcess, reason: string): void {
  programs.delete(child);
  report({ id, ended: reason });
}

async function end(): Promise<void> {
  const exits = [...programs].map(child => new Promise(resolve => child.once('exit', resolve)));
  for (const child of programs) {
    child.kill('SIGKILL');
  }
  await Promise.all(exits);
  rmSync(directory, { recursive: true, force: true });
  process.exit();
}

function report(message: Report): void {
  // A test process that is gone needs no report; `disconnect` says so.
  process.send?.(message, undefined, undefined, () => {});
}
