import { setFlagsFromString } from 'node:v8';

// What lives in a cache lives long: the nursery that V8 gives itself (32 MiB, thrice) would double the memory. And what
// is garbage goes before the heap has doubled, which V8 by itself lets grow further: 244 MiB instead of 209 at a start.
const limits = ['--max-semi-space-size=4', '--heap-growing-percent=100'];

/** Begins this process anew with limits for V8's heap, unless it was begun with some: V8 reads them as it starts. */
export function limitHeap(): void {
  if (process.execArgv.some(flag => flag.startsWith('--max-semi-space-size'))) return;
  const flags = [...limits, ...process.execArgv];
  process.execve?.(process.execPath, [process.execPath, ...flags, ...process.argv.slice(1)], process.env);
}

/**
 * From now on garbage goes before the heap is a quarter larger than what lives: with 300 nodes 195 MB instead of 234, for no more
 * time. To be called once all is listed: while what lives grows, each quarter of it would be a collection of all, a fifth of the CPU of
 * a start.
 */
export function holdHeap(): void {
  setFlagsFromString('--heap-growing-percent=25');
}
