import { buffer } from 'node:stream/consumers';
import { exitCodes } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';

/** This process's streams. */
export function processTerminal(): Terminal {
  const { stdout, stderr, stdin, env } = process;
  const closed = new AbortController();
  stdout.on('error', error => failedWrite(error, closed));
  stderr.on('error', error => failedWrite(error, closed));
  return {
    out: text => new Promise(resolve => stdout.write(text, error => resolve(!error))),
    error: text => stderr.write(`${text}\n`),
    width: stdout.columns || 100,
    color: stdout.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb',
    stdin: async () => buffer(stdin),
    closed: closed.signal,
  };
}

/** A reader that goes away (`| head`) is not an error; an answer that could not be written (a full disk) is. */
function failedWrite({ code }: NodeJS.ErrnoException, closed: AbortController): void {
  closed.abort();
  if (code !== 'EPIPE') {
    // Not at once: whoever waits for the write may have something to take back.
    process.stderr.write(`error: the output cannot be written: ${code}\n`, () =>
      setImmediate(() => process.exit(exitCodes.incomplete)),
    );
  }
}
