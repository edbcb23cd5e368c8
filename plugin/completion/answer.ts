import type { Argv } from 'yargs';
import { isPrintable } from '../../core/printable.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Terminal } from '../terminal.ts';
import { recordCommands } from './definition.ts';
import { type Cursor, type Line, readLine } from './line.ts';
import { type Values, valuesOf } from './values.ts';

/** Bits of the last line, as the completion scripts of kubectl read them (cobra's ShellCompDirective). */
const directives = { files: 0, noFiles: 4 } as const;

/**
 * Answers a shell that completes a command line: a line `VALUE`, or `VALUE TAB DESCRIPTION`, for each candidate, and a
 * directive as the last line. kubectl reads the same.
 *
 * @param define the commands. @param words what follows the program's name, the word at the cursor last.
 * @returns the exit code, always 0: a shell has no use for an error in the middle of a line.
 */
export async function answerCompletion(
  define: (yargs: Argv) => unknown,
  words: readonly string[],
  terminal: Terminal,
): Promise<number> {
  const { candidates, files } = await proposals(define, words).catch(() => nothing);
  const lines = candidates.map(({ value, describe = '' }) =>
    describe === '' ? value : `${value}\t${describe}`,
  );
  const directive = files ? directives.files : directives.noFiles;
  terminal.out([...lines.filter(isOneLine), `:${directive}`, ''].join('\n'));
  return exitCodes.ok;
}

const nothing: Values = { candidates: [], files: false };

async function proposals(define: (yargs: Argv) => unknown, words: readonly string[]): Promise<Values> {
  const read = readLine(recordCommands(define), words);
  if (read === undefined) {
    return nothing;
  }
  const { candidates, files } = await choose(read.cursor, read.line);
  return { candidates: candidates.filter(({ value }) => value.startsWith(read.cursor.typed)), files };
}

async function choose(cursor: Cursor, line: Line): Promise<Values> {
  return 'slot' in cursor
    ? valuesOf(cursor.slot, line, cursor.typed)
    : { candidates: cursor.words, files: false };
}

function isOneLine(line: string): boolean {
  return isPrintable(line.replace('\t', '')) && !line.includes('\n');
}
