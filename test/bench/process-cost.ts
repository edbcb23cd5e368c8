import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** What a process has used since its start. */
export type Cost = { readonly cpuSeconds: number; readonly peakMegabytes: number };

/** Asks Linux about a process that runs: user and system time (proc_pid_stat(5)), and its largest resident set. */
export function costOf(pid: number): Cost {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name of the program, which may hold anything, is in parentheses; utime is the twelfth after it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return { cpuSeconds: ticks / ticksPerSecond(), peakMegabytes: Number(peak) / 1024 };
}

function ticksPerSecond(): number {
  return Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
}
