import { jsonLog } from '../core/log.ts';
import { run } from './run.ts';

/** The operator as a process. @param script what a thread of it runs. */
export function start(script: URL): void {
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
