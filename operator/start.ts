import { jsonLog } from '../core/log.ts';
import { run } from './run.ts';

/** The operator as a process. @param script what a thread of it runs. */
export function start(script: URL): void {
  // What lives in a cache lives long: the nursery that V8 gives itself (32 MiB, thrice) would double the memory. And what
  // is garbage goes before the heap is twice as large: with 300 nodes 195 MB instead of 234, for no more time.
  const memory = ['--max-semi-space-size=4', '--heap-growing-percent=25'];
  if (!process.execArgv.some(flag => flag.startsWith('--max-semi-space-size'))) {
    const flags = [...memory, ...process.execArgv];
    process.execve?.(process.execPath, [process.execPath, ...flags, ...process.argv.slice(1)], process.env);
  }

  const log = jsonLog(
    line => process.stdout.write(line),
    () => new Date(),
  );
  // Who reads the log may have gone: that stops nobody.
  process.stdout.on('error', () => {});
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stop.signal.aborted) process.exit(1);
      log.info('stopping: what is under way is brought to its end', { signal });
      stop.abort();
    });
  }
  for (const fault of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(fault, error => {
      log.error(error, 'a fault of the operator itself: it starts again');
      process.exit(1);
    });
  }
  void run(process.argv.slice(2), process.env, log, stop.signal, script).then(code => process.exit(code));
}
