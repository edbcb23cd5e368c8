import { join } from 'node:path';
import { run } from '../../plugin/cli.ts';

/** The fleet with faults that comes with the repository, and the state before an edit of it. */
export const examples = join(import.meta.dirname, '../../examples/fleet');
export const examplesBefore = join(import.meta.dirname, '../../examples/fleet-before');

/** A moment at which every certificate of the examples stands as its file's name says. */
export const now = '2026-06-01T00:00:00Z';

export type Outcome = { readonly code: number; readonly out: string; readonly err: string };

/**
 * Runs one command line at a fixed moment and keeps what it writes.
 *
 * @param command words apart by spaces, or the words. @param stdin what `-f -` reads.
 */
export async function invoke(
  command: string | readonly string[],
  stdin = '',
  color = false,
): Promise<Outcome> {
  const words = typeof command === 'string' ? command.split(' ').filter(word => word !== '') : command;
  const written = { out: '', err: '' };
  const code = await run(
    words.includes('-f') && !words.includes('--now') ? [...words, '--now', now] : words,
    {
      out: text => {
        written.out += text;
      },
      error: text => {
        written.err += `${text}\n`;
      },
      width: 100,
      color,
      stdin: async () => new TextEncoder().encode(stdin),
      closed: new AbortController().signal,
    },
  );
  return { code, ...written };
}
