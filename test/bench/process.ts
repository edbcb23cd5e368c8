import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { setInterval } from 'node:timers/promises';
import type { Command } from './pairs.ts';
import { costOf } from './process-cost.ts';

/** What a command took, as a whole process; undefined where it was not done in time. */
export type Took = { readonly seconds: number; readonly megabytes: number } | undefined;

/** Runs a command to its end, and looks at its memory meanwhile. @throws where it fails. */
export async function whole([program = '', ...args]: Command, atMost = 120): Promise<Took> {
  const start = performance.now();
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], timeout: atMost * 1000 });
  const over = new AbortController();
  const [peak, complaint] = [watch(child.pid as number, over.signal), text(child.stderr)];
  const [code, signal] = await once(child, 'close');
  const seconds = (performance.now() - start) / 1000;
  over.abort();
  if (signal !== null) return undefined;
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}: ${await complaint}`);
  return { seconds, megabytes: await peak };
}

/** The largest resident set that was seen: Linux keeps the peak itself, so that only the very end can be missed. */
async function watch(pid: number, signal: AbortSignal): Promise<number> {
  let peak = 0;
  try {
    for await (const _ of setInterval(10, undefined, { signal })) peak = costOf(pid).peakMegabytes || peak;
  } catch {
    // The process is gone, or the signal has come.
  }
  return peak;
}
