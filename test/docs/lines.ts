import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandTree } from '../../plugin/cli.ts';
import { readLine } from '../../plugin/completion/line.ts';

const root = join(import.meta.dirname, '../..');
const tree = commandTree();

/** README.md and every page below docs, by its path. */
export function pages(): ReadonlyMap<string, string> {
  const docs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' });
  const names = docs.filter(name => name.endsWith('.md')).map(name => join('docs', name));
  return new Map(['README.md', ...names].map(name => [name, readFileSync(join(root, name), 'utf8')]));
}

/** In a list a block is indented. */
const fence = /^ *```(\w*)[^\n]*\n(.*?)^ *```$/gms;

/** A fenced block of a page. */
export type Block = { readonly language: string; readonly text: string };

export function blocksOf(page: string): Block[] {
  return [...page.matchAll(fence)].map(([, language = '', text = '']) => ({
    language,
    text,
  }));
}

/** The words of the plugin's command lines in the blocks of a page, each as a shell would pass them. */
export function fencedLines(page: string): string[][] {
  return blocksOf(page).flatMap(({ text }) => linesIn(text.replaceAll(/\\\n\s*/g, ' ')));
}

/** Those between backticks: a sentence may name a command without all that it needs. */
export function namedCommands(page: string): string[][] {
  const prose = page.replaceAll(fence, '');
  return [...prose.matchAll(/`([^`]+)`/g)].flatMap(([, code = '']) => linesIn(code));
}

function linesIn(code: string): string[][] {
  return code
    .split('\n')
    .map(line => line.replace(/(^|\s)#.*$/, ''))
    .flatMap(line => [...line.matchAll(/\bkubectl[ -]seinode (.*?)(?=\bkubectl[ -]seinode |$)/g)])
    .map(([, rest = '']) => wordsOf(rest))
    .filter(([first]) => first !== '__complete');
}

/** Up to what is the shell's: a pipe, a redirection, a comment, what ends a command. */
export function wordsOf(line: string): string[] {
  const words = line.match(/"[^"]*"|'[^']*'|[|><;&)#]|(?:<[\w.]+>|[^\s|><;&)"'])+/g) ?? [];
  const end = words.findIndex(word => /^[|><;&)#]$|^#/.test(word));
  return (end === -1 ? words : words.slice(0, end)).map(word => word.replaceAll(/^["']|["']$/g, ''));
}

/** What is wrong with what a line has; undefined where nothing is. */
export function faultIn(words: readonly string[]): string | undefined {
  return faultOf(words)?.replace(/^(needs|only) .*/, '') || undefined;
}

/** What is wrong with a command line by the definitions of the commands; undefined where nothing is. */
export function faultOf(words: readonly string[]): string | undefined {
  const asked = words.filter(word => !['--help', '-h', '--version'].includes(word));
  const read = readLine(tree, [...asked, '-']);
  if (read === undefined) return 'no such command, flag, value or argument';
  const { line } = read;
  const command = line.path.at(-1)!;
  if (asked.length < words.length) return undefined;
  if (line.pending !== undefined) return `${line.pending.spellings[0]} has no value`;
  if (command.commands.length > 0) return 'only a group of commands';
  if (line.args.length < (command.usage.match(/</g) ?? []).length) return `needs ${command.usage}`;
  const missing = command.flags.find(({ name, isRequired }) => isRequired && !line.flags.has(name));
  return missing && `needs ${missing.spellings[0]}`;
}
