import { failure, type Result, success } from '../../core/result.ts';
import { type Document, entryAt, parseTOML } from '../toml/document.ts';
import { type FileName, type Key, keys } from './keys.ts';
import { type Lookup, rules } from './rules.ts';
import { shownAt } from './shown.ts';

/** Both files of a configuration, as text. */
export type Files = Readonly<Record<FileName, string>>;

type Documents = Readonly<Record<FileName, Document>>;

/** Whether seid can start on a configuration. @returns else every fault, with file, key, value and what would be right. */
export function checkConfig(files: Files): Result<undefined> {
  const names = Object.keys(files) as FileName[];
  const parsed = names.map(name => [name, parseTOML(files[name])] as const);
  const unread = parsed.flatMap(([name, result]) => (result.ok ? [] : [`${name} ${result.error}`]));
  if (unread.length > 0) return failure(unread.join('; '));
  const documents = Object.fromEntries(
    parsed.flatMap(([name, result]) => (result.ok ? [[name, result.value]] : [])),
  ) as Documents;
  const faults = [...keys.flatMap(key => kindFault(key, documents)), ...ruleFaults(documents)];
  return faults.length === 0 ? success(undefined) : failure(faults.join('; '));
}

function kindFault({ file, path, kind }: Key, documents: Documents): string[] {
  const entry = entryAt(documents[file], path);
  if (entry === undefined || (entry.value !== undefined && kind.read(entry.value) !== undefined)) return [];
  const place = path.join('.');
  return [`${file} line ${entry.line}: ${place} is ${shownAt(place, entry.value)}; it must be ${kind.right}`];
}

function ruleFaults(documents: Documents): string[] {
  const of: Lookup = (file, place) => {
    const key = keys.find(key => key.file === file && key.path.join('.') === place);
    const value = key && entryAt(documents[file], key.path)?.value;
    return value === undefined ? undefined : key?.kind.read(value);
  };
  return rules
    .filter(({ isBroken }) => isBroken(of))
    .map(({ file, place, must }) => {
      const value = entryAt(documents[file], place.split('.'))?.value;
      return `${file}: ${place} is ${value === undefined ? 'not set' : shownAt(place, value)}; it must ${must}`;
    });
}
