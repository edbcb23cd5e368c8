import type { Argv } from 'yargs';
import { run } from '../../../plugin/cli.ts';
import { answerCompletion } from '../../../plugin/completion/answer.ts';
import type { Terminal } from '../../../plugin/terminal.ts';

/** What a shell gets: the candidates with their descriptions, and whether it offers files where there are none. */
export type Answer = {
  readonly code: number;
  readonly candidates: Readonly<Record<string, string>>;
  readonly files: boolean;
  readonly err: string;
};

/**
 * Completes a command line of the plugin.
 *
 * @param line words apart by single spaces; where it ends in a space, a new word begins.
 * @param define other commands than the plugin's.
 */
export async function complete(line: string, define?: (yargs: Argv) => unknown): Promise<Answer> {
  const written = { out: '', err: '' };
  const terminal: Terminal = {
    out: text => {
      written.out += text;
    },
    error: text => {
      written.err += text;
    },
    width: 80,
    color: false,
    stdin: () => Promise.reject(new Error('standard input was read')),
    closed: new AbortController().signal,
  };
  const words = line.split(' ');
  const code = await (define === undefined
    ? run(['__complete', ...words], terminal)
    : answerCompletion(define, words, terminal));
  const lines = written.out.split('\n').slice(0, -1);
  const candidates = Object.fromEntries(
    lines.slice(0, -1).map(line => [...line.split('\t'), ''].slice(0, 2)),
  );
  return { code, candidates, files: lines.at(-1) === ':0', err: written.err };
}
