import type { Argument, CommandDefinition, Flag } from './definition.ts';

/** What is known of a command line before the word at the cursor. */
export type Line = {
  /** From the program down to the command. */
  readonly path: readonly CommandDefinition[];
  /** Values by the name of their flag; a flag without a value has an empty one. */
  readonly flags: ReadonlyMap<string, readonly string[]>;
  /** Words that are neither commands, flags nor values. */
  readonly args: readonly string[];
  /** The flag whose value comes next. */
  readonly pending?: Flag | undefined;
  /** Whether `--` was given: flags are over. */
  readonly flagsEnded: boolean;
};

/** A word to choose from. */
export type Candidate = { readonly value: string; readonly describe?: string };

/** The word at the cursor: the part of it that is typed, and what it is, one of some words or the value of a flag or argument. */
export type Cursor = { readonly typed: string } & (
  | { readonly words: readonly Candidate[] }
  | { readonly slot: Flag | Argument }
);

/**
 * Reads a command line up to the cursor.
 *
 * @param words what follows the program's name; the last is the word at the cursor, empty where it is not begun.
 * @returns undefined where the line is wrong or asks for help: then there is nothing to complete.
 */
export function readLine(
  program: CommandDefinition,
  words: readonly string[],
): { readonly line: Line; readonly cursor: Cursor } | undefined {
  const start: Line = { path: [program], flags: new Map(), args: [], flagsEnded: false };
  const line = words.slice(0, -1).reduce<Line | undefined>((line, word) => line && take(line, word), start);
  const cursor = line && cursorOf(line, words.at(-1) ?? '');
  return line && cursor && { line, cursor };
}

function take(line: Line, word: string): Line | undefined {
  if (line.pending !== undefined) {
    return given({ ...line, pending: undefined }, line.pending, word);
  }
  if (!line.flagsEnded && word === '--') {
    return line.path.at(-1)!.commands.length === 0 ? { ...line, flagsEnded: true } : undefined;
  }
  const isFlag = !line.flagsEnded && word.startsWith('-') && word !== '-';
  return isFlag ? takeFlag(line, word) : takeWord(line, word);
}

function takeFlag(line: Line, word: string): Line | undefined {
  const [, spelling = '', value] = /^([^=]+)(?:=(.*))?$/s.exec(word) ?? [];
  const flag = flagNamed(line, spelling);
  if (flag === undefined) {
    return takeShort(line, word);
  }
  if (!flag.takesValue) {
    return ['help', 'version'].includes(flag.name) ? undefined : given(line, flag, value ?? '');
  }
  return value === undefined ? { ...line, pending: flag } : given(line, flag, value);
}

/** `-ojson` is `-o json`. */
function takeShort(line: Line, word: string): Line | undefined {
  const flag = word.startsWith('--') ? undefined : flagNamed(line, word.slice(0, 2));
  return flag?.takesValue ? given(line, flag, word.slice(2)) : undefined;
}

function given(line: Line, flag: Flag, value: string): Line | undefined {
  // A flag before its command is one of several of its name: the command will tell.
  if (line.path.some(({ flags }) => flags.includes(flag)) && !isChoice(flag, value)) {
    return undefined;
  }
  const values = [...(line.flags.get(flag.name) ?? []), value];
  return { ...line, flags: new Map([...line.flags, [flag.name, values]]) };
}

function takeWord(line: Line, word: string): Line | undefined {
  const here = line.path.at(-1)!;
  if (here.commands.length > 0) {
    const command = here.commands.find(({ name }) => name === word);
    return command && { ...line, path: [...line.path, command] };
  }
  const argument = nextArgument(line);
  return argument && isChoice(argument, word) ? { ...line, args: [...line.args, word] } : undefined;
}

function isChoice({ choices }: Flag | Argument, value: string): boolean {
  return choices.length === 0 || choices.includes(value);
}

function cursorOf(line: Line, word: string): Cursor | undefined {
  if (line.pending !== undefined) {
    return { typed: word, slot: line.pending };
  }
  if (line.flagsEnded || !word.startsWith('-')) {
    return wordAt(line, word);
  }
  const [, spelling, typed = ''] = /^([^=]+)=(.*)$/s.exec(word) ?? [];
  if (spelling === undefined) {
    return { typed: word, words: flagsLeft(line, word) };
  }
  const flag = flagNamed(line, spelling);
  return flag?.takesValue ? { typed, slot: flag } : undefined;
}

function wordAt(line: Line, word: string): Cursor | undefined {
  const { commands } = line.path.at(-1)!;
  if (commands.length > 0) {
    return { typed: word, words: commands.map(({ name, describe }) => ({ value: name, describe })) };
  }
  const argument = nextArgument(line);
  return argument && { typed: word, slot: argument };
}

function nextArgument({ path, args }: Line): Argument | undefined {
  const expected = path.at(-1)!.arguments;
  const last = expected.at(-1);
  return expected[args.length] ?? (last?.repeats ? last : undefined);
}

/** Flags that may still be given; short ones only where nothing but the dash is typed. */
function flagsLeft({ path, flags }: Line, word: string): Candidate[] {
  return path
    .toReversed()
    .flatMap(command => command.flags)
    .filter(({ name, repeats }) => repeats || !flags.has(name))
    .flatMap(({ spellings, describe }) => spellings.map(value => ({ value, describe })))
    .filter(({ value }) => value.startsWith('--') || !word.startsWith('--'));
}

/** Flags may stand before the command that they belong to. */
function flagNamed({ path }: Line, spelling: string): Flag | undefined {
  return [...path.flatMap(({ flags }) => flags), ...path.at(-1)!.commands.flatMap(flagsBelow)].find(flag =>
    flag.spellings.includes(spelling),
  );
}

function flagsBelow({ flags, commands }: CommandDefinition): Flag[] {
  return [...flags, ...commands.flatMap(flagsBelow)];
}
