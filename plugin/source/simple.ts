import { plainValue } from './scalars.ts';

type Fields = Record<string, unknown>;
type Simple = { readonly value: Fields & unknown[]; readonly line: number };
/** An open object or list, at the column of its keys or dashes; `key` (a dash in a list) awaits its value. */
type Open = { readonly column: number; readonly node: Fields | unknown[]; key: string | undefined };

const entry = /^( *)((?:- +)*)(?:([A-Za-z_][\w./-]*):(?: +|$))?(.*)$/;
/** Values that mean the same to every YAML reader: no indicator in front, no `: ` or ` #` inside. */
const plain = /^[A-Za-z0-9_./+=-](?:[^\s:#]|:(?! |$)|(?<! )#| (?![ #]))*$/;
const special = /^(?:[-.=+?](?:\s|$)|---|\.\.\.)|\s$/;
const quoted = /^"([ !#-[\]-~]*)"$/;

/**
 * Reads the plain block style that machines write, some ten times as fast as the library. Anything else, repeated
 * keys included, gives undefined: the library then reads it and says what is wrong. Agreement is tested.
 */
export function simpleYAML(text: string): Simple | undefined {
  const root: Open = { column: -1, node: [], key: '-' };
  const open: Open[] = [root];
  let first = -1;
  for (let at = 0, line = 0; at < text.length; line += 1) {
    const end = text.indexOf('\n', at);
    const written = text.slice(at, end < 0 ? text.length : end);
    at = end < 0 ? text.length : end + 1;
    if (written === '') continue;
    if (first < 0) first = line;
    if (!readLine(written, open)) return undefined;
  }
  if (open.some(level => level.key !== undefined)) return undefined;
  const value = (root.node as unknown[])[0];
  return value === undefined ? undefined : { value: value as Fields & unknown[], line: first };
}

function readLine(written: string, open: Open[]): boolean {
  const [, indent, dashes, key, rest] = entry.exec(written) ?? [];
  if (indent === undefined || dashes === undefined || rest === undefined) return false;
  let column = indent.length;
  for (let at = 0; at < dashes.length; ) {
    const width = dashes.slice(at).search(/(?<=^- +)(?! )/);
    if (!enter(open, column, [], true)) return false;
    column += width;
    at += width;
  }
  if (key === undefined) return dashes !== '' && add(open, undefined, rest);
  if (key === '__proto__' || plainValue(key) !== key) return false;
  return enter(open, column, {}, false) && add(open, key, rest);
}

/** Makes the object or list at `column` the innermost one, creating it where it begins. */
function enter(open: Open[], column: number, fresh: Fields | unknown[], list: boolean): boolean {
  while (deeper(open.at(-1)!, column, list)) if (open.pop()!.key !== undefined) return false;
  const top = open.at(-1)!;
  const key = list ? '-' : undefined;
  if (top.column === column && Array.isArray(top.node) === list) {
    if (top.key !== undefined) return false;
    top.key = key;
    return true;
  }
  if (!put(top, fresh)) return false;
  open.push({ column, node: fresh, key });
  return true;
}

function deeper(level: Open, column: number, list: boolean): boolean {
  // A list may stand at the column of its key: a key there closes the list, a dash does not close the object.
  return level.column > column || (level.column === column && Array.isArray(level.node) && !list);
}

function put(level: Open, value: unknown): boolean {
  if (level.key === undefined) return false;
  if (Array.isArray(level.node)) level.node.push(value);
  else level.node[level.key] = value;
  level.key = undefined;
  return true;
}

function add(open: Open[], key: string | undefined, rest: string): boolean {
  const top = open.at(-1)!;
  if (key !== undefined) {
    if (top.key !== undefined || Object.hasOwn(top.node, key)) return false;
    top.key = key;
    if (rest === '') return true;
  }
  const value = scalar(rest);
  return value !== undefined && put(top, value);
}

function scalar(text: string): unknown {
  if (text === '{}') return {};
  if (text === '[]') return [];
  const inner = quoted.exec(text);
  if (inner !== null) return inner[1];
  return plain.test(text) && !special.test(text) ? plainValue(text) : undefined;
}
