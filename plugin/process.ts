import { buffer } from 'node:stream/consumers';
import type { Terminal } from './terminal.ts';

/** This process's streams. A reader that goes away (`| head`) is not an error. */
export function processTerminal(): Terminal {
  process.stdout.on('error', ignoreClosedPipe);
  return {
    out: text => process.stdout.write(text),
    error: text => process.stderr.write(`${text}\n`),
    width: process.stdout.columns ?? 100,
    color: process.stdout.isTTY && !process.env.NO_COLOR && process.env.TERM !== 'dumb',
    stdin: async () => buffer(process.stdin),
  };
}

function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') {
    throw error;
  }
}
