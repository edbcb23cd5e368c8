#!/usr/bin/env node
import { buffer } from 'node:stream/consumers';
import { run } from './cli.ts';

// The process: its streams, its width, its exit code. A reader that goes away (`| head`) is not an error.
process.stdout.on('error', error => {
  if ((error as NodeJS.ErrnoException).code !== 'EPIPE') {
    throw error;
  }
});
process.exitCode = await run(process.argv.slice(2), {
  out: text => process.stdout.write(text),
  error: text => process.stderr.write(`${text}\n`),
  width: process.stdout.columns ?? 100,
  color: process.stdout.isTTY && !process.env.NO_COLOR && process.env.TERM !== 'dumb',
  stdin: async () => buffer(process.stdin),
});
