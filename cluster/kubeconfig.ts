import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { loadAll, YAMLException } from 'js-yaml';
import { type Fields, isFields } from '../core/schema/structural.ts';
import { shown } from '../core/schema/text.ts';
import { readBounded, whyUnread } from './bounded.ts';
import { type Entry, textOf } from './entry.ts';
import { ClusterError } from './error.ts';

/** Kubeconfig files, merged. */
export type Kubeconfig = {
  /** The files that were read, in order. */
  readonly files: readonly string[];
  /** Those that are not there. */
  readonly missing: readonly string[];
  readonly currentContext: string | undefined;
  readonly contexts: ReadonlyMap<string, Entry>;
  readonly clusters: ReadonlyMap<string, Entry>;
  readonly users: ReadonlyMap<string, Entry>;
};

const empty: Kubeconfig = {
  files: [],
  missing: [],
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
  const missing = files.filter(file => !existsSync(file));
  return files
    .filter(file => !missing.includes(file))
    .map(readKubeconfig)
    .reduce(merge, { ...empty, missing });
}

function defaultFiles({ KUBECONFIG, HOME }: NodeJS.ProcessEnv): string[] {
  return KUBECONFIG
    ? [...new Set(KUBECONFIG.split(delimiter).filter(file => file !== ''))]
    : [join(HOME || homedir(), '.kube', 'config')];
}

function merge(first: Kubeconfig, next: Kubeconfig): Kubeconfig {
  return {
    files: [...first.files, ...next.files],
    missing: first.missing,
    currentContext: first.currentContext ?? next.currentContext,
    contexts: new Map([...next.contexts, ...first.contexts]),
    clusters: new Map([...next.clusters, ...first.clusters]),
    users: new Map([...next.users, ...first.users]),
  };
}

function readKubeconfig(file: string): Kubeconfig {
  const value = parse(file) ?? {};
  if (!isFields(value)) {
    // What it is instead may be a token: it is not repeated, here and below.
    throw new ClusterError(`the kubeconfig ${file} is no object with clusters, users and contexts`);
  }
  return {
    files: [file],
    missing: [],
    currentContext: textOf({ fields: value, file }, 'current-context', ''),
    contexts: entriesOf(file, value, 'contexts', 'context'),
    clusters: entriesOf(file, value, 'clusters', 'cluster'),
    users: entriesOf(file, value, 'users', 'user'),
  };
}

/** The first document. The library quotes what it cannot read, which may be a token: only the line is said. */
function parse(file: string): unknown {
  try {
    return loadAll(readBounded(file).toString())[0];
  } catch (error) {
    if (error instanceof YAMLException) {
      const line = error.mark === undefined ? '' : `:${error.mark.line + 1}`;
      const why = error.reason === 'duplicated mapping key' ? 'has a key twice' : 'is not YAML';
      throw new ClusterError(`the kubeconfig ${file}${line} ${why}`);
    }
    throw new ClusterError(`the kubeconfig ${file} ${whyUnread(error)}`);
  }
}

function entriesOf(file: string, value: Fields, list: string, field: string): Map<string, Entry> {
  const items = value[list] ?? [];
  if (!Array.isArray(items)) {
    throw new ClusterError(`${list} of the kubeconfig ${file} must be a list`);
  }
  const entries = new Map<string, Entry>();
  for (const [index, item] of items.entries()) {
    const place = `${list}[${index}]`;
    if (!isFields(item)) {
      throw new ClusterError(`${place} of the kubeconfig ${file} must be an object`);
    }
    // kubectl minds no entry without a name, for nothing can name it.
    const name = textOf({ fields: item, file }, 'name', place) ?? '';
    if (entries.has(name)) {
      throw new ClusterError(`the kubeconfig ${file} has two ${list} named ${shown(name)}: remove one`);
    }
    const fields = item[field] ?? {};
    if (!isFields(fields)) {
      throw new ClusterError(`${place}.${field} of the kubeconfig ${file} must be an object`);
    }
    entries.set(name, { fields, file });
  }
  return entries;
}
