import { shells } from './completion/scripts.ts';
import { UsageError } from './errors.ts';

/** Every command; a leaf says what it asks for where its argument is left out. */
const commands: Readonly<Record<string, string | Readonly<Record<string, string>>>> = {
  list: '',
  inspect: 'say which node: inspect NODE',
  tls: {
    check: '',
    request: 'say which node: tls request NODE --format certificate|csr|secret',
    enable: '',
    disable: '',
    resume: '',
    abort: '',
    history: '',
    verify: 'say which node: tls verify NODE',
  },
  policy: {
    check: '',
    list: '',
    explain: 'say which rule: policy explain ID; "policy list" shows the ids',
    export: '',
  },
  netpol: { reach: '', template: '' },
  plan: 'say which node: plan NODE',
  report: '',
  doctor: '',
  completion: Object.fromEntries([...shells, 'install'].map(name => [name, ''])),
};

/**
 * A command line as kubectl reads it, in the order and spelling that yargs takes: `-n arctic list -ojson` is
 * `list -o json -n arctic`.
 *
 * @param isToggle whether a flag such as `-A` takes no value.
 */
export function normalized(commandLine: readonly string[], isToggle: (flag: string) => boolean): string[] {
  const args = commandLine.flatMap(apart);
  let start = 0;
  while (args[start]?.startsWith('-') && args.length > start + 1) {
    const flag = args[start] as string;
    start += isToggle(flag) || flag.includes('=') ? 1 : 2;
  }
  return [...args.slice(start), ...args.slice(0, start)];
}

/** `-ojson` is `-o json`. */
function apart(arg: string): string[] {
  const [, flag, value] = /^(-[fnol])([^=].*)$/s.exec(arg) ?? [];
  return flag === undefined || value === undefined ? [arg] : [flag, value];
}

/** @throws UsageError where the command line does not begin with a command. */
export function checkCommand([first = '', second = '']: readonly string[]): void {
  if (['help', '-h', '--help', '--version'].includes(first)) {
    return;
  }
  const group = known(commands, first, 'command', ['--help', '--version']);
  if (typeof group === 'object' && !['-h', '--help'].includes(second)) {
    known(group, second, `command of ${first}`);
  }
}

function known<T>(
  among: Readonly<Record<string, T>>,
  word: string,
  what: string,
  others: readonly string[] = [],
): T {
  if (Object.hasOwn(among, word)) {
    return among[word] as T;
  }
  const names = [...Object.keys(among), ...others].join(', ');
  throw new UsageError(
    word === '' || word.startsWith('-')
      ? `begin with a ${what}: ${names}`
      : `"${word}" is no ${what}; there is ${names}`,
  );
}

/**
 * One sentence for what yargs found wrong, with what would be right.
 *
 * @param message yargs' own text, in English. @param flags long names of the command's flags.
 */
export function usageSentence(message: string, args: readonly string[], flags: readonly string[]): string {
  const [, missing] = /^Not enough arguments following: (\S+)$/.exec(message) ?? [];
  if (missing !== undefined) {
    return `${dashed(missing)} needs a value`;
  }
  const [, unknown] = /^Unknown arguments?: (.+)$/.exec(message) ?? [];
  if (unknown !== undefined) {
    return unknownArgument(unknown.split(', '), args, flags);
  }
  const [, flag = '', given, choices] = /Argument: (\S+), Given: (.+), Choices: (.+)/.exec(message) ?? [];
  if (given !== undefined) {
    return `${dashed(flag)} cannot be ${given}; it is one of ${choices}`;
  }
  return message.startsWith('Not enough non-option arguments') ? missingArgument(args) : message;
}

/** yargs also names the camel-case twin of a flag: only what was written counts. */
function unknownArgument(
  names: readonly string[],
  args: readonly string[],
  flags: readonly string[],
): string {
  const flag = args.find(arg => /^-/.test(arg) && names.includes(arg.replace(/^--?|=.*$/gs, '')));
  const word = args.find(arg => names.includes(arg));
  return flag === undefined && word !== undefined
    ? `"${word}" is one argument too many`
    : `${flag ?? dashed(names[0] ?? '')} is no flag here; there is ${flags.map(dashed).join(', ')}`;
}

function missingArgument([first = '', second = '']: readonly string[]): string {
  const found = commands[first];
  return (typeof found === 'object' ? found[second] : found) ?? '';
}

function dashed(flag: string): string {
  return flag.length === 1 ? `-${flag}` : `--${flag}`;
}
