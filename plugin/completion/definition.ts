import type { Argv, CommandModule, Options } from 'yargs';

/** A flag, as `option` defines it. */
export type Flag = {
  /** `--output`, `-o`. */
  readonly spellings: readonly string[];
  readonly name: string;
  readonly describe: string;
  readonly takesValue: boolean;
  /** Whether it may be given again. */
  readonly repeats: boolean;
  readonly choices: readonly string[];
  readonly isRequired: boolean;
  /** As it is written; absent where there is none to speak of. */
  readonly byDefault?: string;
};

/** An argument without a flag, as `positional` defines it. */
export type Argument = {
  readonly name: string;
  readonly describe: string;
  readonly repeats: boolean;
  readonly choices: readonly string[];
};

/** A command with its own flags; those of the commands above it hold as well. */
export type CommandDefinition = {
  readonly name: string;
  /** With its arguments: `inspect <node>`. */
  readonly usage: string;
  readonly describe: string;
  readonly flags: readonly Flag[];
  readonly arguments: readonly Argument[];
  readonly commands: readonly CommandDefinition[];
  /** Lines, `$0` for the program, and what each is for. */
  readonly examples: readonly (readonly [line: string, why: string])[];
  readonly epilogue: string;
};

/**
 * The commands that a function defines, without yargs itself: to load it takes longer than a person waits for a TAB.
 *
 * @param define what yargs is given; methods of yargs that say nothing about commands and flags do nothing.
 */
export function recordCommands(define: (yargs: Argv) => unknown): CommandDefinition {
  return record('', '', define);
}

/** The spellings of every flag without a value, of a command and those below it. */
export function togglesOf({ flags, commands }: CommandDefinition): string[] {
  const own = flags.filter(({ takesValue }) => !takesValue).flatMap(({ spellings }) => spellings);
  return [...own, ...commands.flatMap(togglesOf)];
}

type Builder = (yargs: Argv) => unknown;
type Names = string | readonly string[];

function record(usage: string, describe: string, builder: Builder = () => undefined): CommandDefinition {
  const [name = '', ...places] = usage.split(' ');
  const recorder = new Recorder();
  const yargs: unknown = new Proxy(recorder, {
    get:
      (_target, name) =>
      (...args: unknown[]) => {
        const method: unknown = Reflect.get(recorder, name);
        if (typeof method === 'function') method.apply(recorder, args);
        return yargs;
      },
  });
  builder(yargs as Argv);
  const { flags, positionals, commands, examples, ending } = recorder;
  const args = places.map(place => argumentOf(place, positionals));
  return { name, usage, describe, flags, arguments: args, commands, examples, epilogue: ending };
}

/** The methods of yargs that say what there is. */
class Recorder {
  readonly #flags = new Map<string, Options>();
  readonly #aliases = new Map<string, Names>();
  readonly positionals = new Map<string, Options>();
  readonly commands: CommandDefinition[] = [];
  readonly examples: [string, string][] = [];
  ending = '';

  get flags(): Flag[] {
    const visible = [...this.#flags].filter(([, { hidden }]) => hidden !== true);
    return visible.map(([name, options]) => flagOf(name, options, this.#aliases.get(name)));
  }

  command(first: CommandModule | string, describe?: string, builder?: Builder): void {
    if (typeof first !== 'string') {
      this.command(String(first.command), first.describe as string, first.builder as Builder);
    } else if (typeof describe === 'string') {
      // yargs hides a command that is described by false.
      this.commands.push(record(first, describe, builder));
    }
  }

  option(name: string, options: Options): void {
    this.#flags.set(name, options);
  }

  positional(name: string, options: Options): void {
    this.positionals.set(name, options);
  }

  example(line: string, why: string): void {
    this.examples.push([line, why]);
  }

  epilogue(text: string): void {
    this.ending = text;
  }

  alias(name: string, alias: Names): void {
    this.#aliases.set(name, alias);
  }

  help(): void {
    this.option('help', { type: 'boolean', describe: 'Show help' });
  }

  version(): void {
    this.option('version', { type: 'boolean', describe: 'Show the version' });
  }
}

function flagOf(name: string, options: Options, alias: Names = []): Flag {
  const names = [name, ...[options.alias ?? []].flat(), ...[alias].flat()];
  return {
    name,
    spellings: names.map(name => (name.length === 1 ? `-${name}` : `--${name}`)),
    describe: String(options.describe ?? ''),
    takesValue: options.type !== 'boolean' && options.type !== 'count',
    // Of a flag that does not repeat, `coerce` keeps the last.
    repeats: options.array === true || Array.isArray(options.coerce?.(['', ''])),
    choices: choicesOf(options),
    isRequired: options.demandOption === true,
    ...(options.default && { byDefault: String(options.default) }),
  };
}

/** Of `<node>`, `[nodes..]`. */
function argumentOf(place: string, positionals: ReadonlyMap<string, Options>): Argument {
  const [, name = '', dots] = /^[<[](.+?)(\.\.)?[>\]]$/.exec(place) ?? [];
  const options = positionals.get(name) ?? {};
  return {
    name,
    describe: String(options.describe ?? ''),
    repeats: dots !== undefined,
    choices: choicesOf(options),
  };
}

function choicesOf({ choices = [] }: Options): string[] {
  return [choices].flat().map(String);
}
