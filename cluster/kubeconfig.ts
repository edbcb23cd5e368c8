import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { load, YAMLException } from 'js-yaml';
import { type Fields, isFields } from '../core/schema/structural.ts';
import { shown } from '../core/schema/text.ts';
import { ClusterError } from './error.ts';

/** A named entry of a kubeconfig, and the file it stands in: relative paths begin there. */
export type Entry = { readonly fields: Fields; readonly file: string };

/** Kubeconfig files, merged. */
export type Kubeconfig = {
  /** The files that were read, in order. */
  readonly files: readonly string[];
  readonly currentContext: string | undefined;
  readonly contexts: ReadonlyMap<string, Entry>;
  readonly clusters: ReadonlyMap<string, Entry>;
  readonly users: ReadonlyMap<string, Entry>;
};

const empty: Kubeconfig = {
  files: [],
  currentContext: undefined,
  contexts: new Map(),
  clusters: new Map(),
  users: new Map(),
};

/**
 * Reads kubeconfig files as kubectl does: the one named, else those of KUBECONFIG, else ~/.kube/config. Of several the
 * first to name a thing wins, whole, also for the current context; missing ones are passed over unless one was named.
 *
 * @param explicit the value of --kubeconfig. @throws ClusterError for a file that cannot be read or understood.
 */
export function loadKubeconfig(explicit: string | undefined, environment: NodeJS.ProcessEnv): Kubeconfig {
  if (explicit && !existsSync(explicit)) {
    throw new ClusterError(`the kubeconfig ${shown(explicit)} does not exist`);
  }
  const files = explicit ? [explicit] : defaultFiles(environment);
  return files
    .filter(file => existsSync(file))
    .map(readKubeconfig)
    .reduce(merge, empty);
}

function defaultFiles({ KUBECONFIG, HOME }: NodeJS.ProcessEnv): string[] {
  const listed = new Set((KUBECONFIG ?? '').split(delimiter).filter(file => file !== ''));
  return listed.size > 0 ? [...listed] : [join(HOME || homedir(), '.kube', 'config')];
}

function merge(first: Kubeconfig, next: Kubeconfig): Kubeconfig {
  return {
    files: [...first.files, ...next.files],
    currentContext: first.currentContext ?? next.currentContext,
    contexts: new Map([...next.contexts, ...first.contexts]),
    clusters: new Map([...next.clusters, ...first.clusters]),
    users: new Map([...next.users, ...first.users]),
  };
}

function readKubeconfig(file: string): Kubeconfig {
  const value = parse(file) ?? {};
  if (!isFields(value)) {
    throw new ClusterError(
      `the kubeconfig ${file} is ${shown(value)}, not an object with clusters, users and contexts`,
    );
  }
  return {
    files: [file],
    currentContext: textOf({ fields: value, file }, 'current-context', ''),
    contexts: entriesOf(file, value, 'contexts', 'context'),
    clusters: entriesOf(file, value, 'clusters', 'cluster'),
    users: entriesOf(file, value, 'users', 'user'),
  };
}

/** The library quotes what it cannot read, which may be a token: only the line is said. */
function parse(file: string): unknown {
  try {
    return load(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error instanceof YAMLException) {
      const line = error.mark === undefined ? '' : `:${error.mark.line + 1}`;
      throw new ClusterError(`the kubeconfig ${file}${line} is not YAML`);
    }
    throw new ClusterError(`the kubeconfig ${file} cannot be read: ${(error as NodeJS.ErrnoException).code}`);
  }
}

function entriesOf(file: string, value: Fields, list: string, field: string): Map<string, Entry> {
  const items = value[list] ?? [];
  if (!Array.isArray(items)) {
    throw new ClusterError(`${list} of the kubeconfig ${file} is ${shown(items)}, not a list`);
  }
  const entries = new Map<string, Entry>();
  for (const [index, item] of items.entries()) {
    const place = `${list}[${index}]`;
    const name = isFields(item) ? textOf({ fields: item, file }, 'name', place) : undefined;
    if (!isFields(item) || name === undefined) {
      throw new ClusterError(`${place} of the kubeconfig ${file} has no name`);
    }
    if (entries.has(name)) {
      throw new ClusterError(`the kubeconfig ${file} has two ${list} named ${shown(name)}: remove one`);
    }
    const fields = item[field] ?? {};
    if (!isFields(fields)) {
      throw new ClusterError(
        `${place}.${field} of the kubeconfig ${file} is ${shown(fields)}, not an object`,
      );
    }
    entries.set(name, { fields, file });
  }
  return entries;
}

/**
 * A text field of an entry; undefined where it is absent or empty.
 *
 * @param place what the entry is, for the error. @throws ClusterError where it is no text.
 */
export function textOf({ fields, file }: Entry, key: string, place: string): string | undefined {
  const value = fields[key] ?? '';
  if (typeof value !== 'string') {
    // A value may be a token that looks like a number.
    throw new ClusterError(
      `${place ? `${place}.` : ''}${key} of the kubeconfig ${file} must be a string: quote it`,
    );
  }
  return value === '' ? undefined : value;
}

/** A path field of an entry, absolute: relative ones begin at the kubeconfig's directory. */
export function pathOf(entry: Entry, key: string, place: string): string | undefined {
  const path = textOf(entry, key, place);
  return path === undefined ? undefined : resolve(entry.file, '..', path);
}
