import { buffer } from 'node:stream/consumers';
import { exitCodes } from './exit-codes.ts';
import type { Size, Terminal } from './terminal.ts';

/** This process's streams. */
export function processTerminal(): Terminal {
  const { stdout, stderr, env } = process;
  const closed = new AbortController();
  stdout.on('error', error => failedWrite(error, closed));
  stderr.on('error', error => failedWrite(error, closed));
  const write = (content: string | Uint8Array) =>
    new Promise(resolve => stdout.write(content, error => resolve(!error)));
  return {
    out: write,
    ...(!stdout.isTTY && { bytes: write }),
    error: text => stderr.write(`${text}\n`),
    ...screen(stdout, env),
    ...(stdout.isTTY && { size: () => sizeOf(stdout, env) }),
    // Opened only by who reads it: as a stream it takes longer to load than a list to print.
    stdin: async () => buffer(process.stdin),
    ...(stderr.isTTY &&
      process.getBuiltinModule('node:tty').isatty(0) && {
        // `docker exec -t` and a pty that nobody looks at have no columns: each letter would stand in a row of its own.
        dialogue: { ask, ...(env.TERM !== 'dumb' && stderr.columns > 0 && { stream: stderr }) },
      }),
    closed: closed.signal,
  };
}

/** Standard output is for results. */
async function ask(question: string, signal: AbortSignal): Promise<string | undefined> {
  const { createInterface } = await import('node:readline/promises');
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const interrupted = new AbortController();
  lines.on('SIGINT', () => interrupted.abort()).on('close', () => interrupted.abort());
  try {
    return await lines.question(question, { signal: AbortSignal.any([signal, interrupted.signal]) });
  } catch {
    return undefined;
  } finally {
    lines.close();
  }
}

type Columns = { readonly isTTY?: boolean; readonly columns?: number };

/** What the output shows. NO_COLOR counts where it is not empty (no-color.org). */
export function screen(stream: Columns, env: NodeJS.ProcessEnv): Size & Pick<Terminal, 'color'> {
  const color = stream.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
  return { ...sizeOf(stream, env), color };
}

/**
 * How wide it is. COLUMNS outranks the terminal, as POSIX has it, but makes no pipe a screen: what `grep` and `awk` read
 * does not fold.
 */
function sizeOf({ isTTY, columns }: Columns, { COLUMNS }: NodeJS.ProcessEnv): Size {
  const wanted = /^[1-9]\d{0,4}$/.test(COLUMNS ?? '') ? Number(COLUMNS) : columns || undefined;
  return { width: wanted ?? 100, ...(isTTY === true && wanted !== undefined && { foldAt: wanted }) };
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
