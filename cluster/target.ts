import { shown } from '../core/schema/text.ts';
import { type Entry, textOf } from './entry.ts';
import { ClusterError } from './error.ts';
import { type ImpersonationOptions, impersonationOf } from './impersonation.ts';
import type { Kubeconfig } from './kubeconfig.ts';

/** Flags that choose a cluster and a user, as kubectl has them. */
export type TargetOptions = ImpersonationOptions & {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly cluster?: string;
  readonly user?: string;
};

/** Which cluster to ask, and as whom. */
export type Target = {
  /** The namespace of the context; `default` where it has none. */
  readonly namespace: string;
  /** Absent where a cluster is named without one. */
  readonly contextName?: string;
  readonly clusterName: string;
  readonly cluster: Entry;
  /** Absent for an anonymous caller. */
  readonly user?: Entry & { readonly name: string };
  /** Headers. */
  readonly impersonation: Readonly<Record<string, string[]>>;
};

/**
 * Chooses a context and what it names.
 *
 * @throws ClusterError where there is none, or it names what is not there.
 */
export function chooseTarget(kubeconfig: Kubeconfig, options: TargetOptions): Target {
  const context = chooseContext(kubeconfig, options);
  const place = `the context ${shown(context?.name)}`;
  const clusterName = options.cluster || (context && textOf(context, 'cluster', place));
  if (clusterName === undefined) {
    throw new ClusterError(
      context ? `${place} of the kubeconfig ${context.file} names no cluster` : noContext(kubeconfig),
    );
  }
  const userName = options.user || (context && textOf(context, 'user', place));
  const user = userName === undefined ? undefined : named(kubeconfig, 'users', userName);
  return {
    namespace: (context && textOf(context, 'namespace', place)) ?? 'default',
    ...(context && { contextName: context.name }),
    clusterName,
    cluster: named(kubeconfig, 'clusters', clusterName),
    ...(user && { user: { ...user, name: userName as string } }),
    impersonation: impersonationOf(options, user),
  };
}

function chooseContext(
  kubeconfig: Kubeconfig,
  options: TargetOptions,
): (Entry & { name: string }) | undefined {
  const name = options.context || kubeconfig.currentContext;
  // A cluster that is named on the command line needs no context.
  if (name === undefined || (!options.context && options.cluster && !kubeconfig.contexts.has(name))) {
    return undefined;
  }
  return { ...named(kubeconfig, 'contexts', name), name };
}

function named(kubeconfig: Kubeconfig, list: 'contexts' | 'clusters' | 'users', name: string): Entry {
  const entry = kubeconfig[list].get(name);
  if (entry === undefined) {
    const what = list.slice(0, -1);
    throw new ClusterError(
      `no ${what} is named ${shown(name)} in ${filesOf(kubeconfig)}; ${known(kubeconfig[list], what)}`,
    );
  }
  return entry;
}

function noContext(kubeconfig: Kubeconfig): string {
  const { files, missing } = kubeconfig;
  return files.length === 0
    ? `there is no kubeconfig (${missing.join(', ')}): set KUBECONFIG, name one with --kubeconfig FILE, or read manifests with -f FILE`
    : `no current context is set in ${filesOf(kubeconfig)}: name one with --context NAME; ${known(kubeconfig.contexts, 'context')}`;
}

function filesOf({ files }: Kubeconfig): string {
  return files.length === 0 ? 'any kubeconfig' : files.join(', ');
}

function known(entries: ReadonlyMap<string, Entry>, what: string): string {
  const names = [...entries.keys()].toSorted();
  const shownNames = names.slice(0, 10).map(shown).join(', ');
  return names.length === 0
    ? `there is no ${what}`
    : `there is ${shownNames}${names.length > 10 ? ', …' : ''}`;
}

/** The address of a cluster, without a final slash. @param place what the entry is. @throws ClusterError where it is none. */
export function serverOf(cluster: Entry, place: string): string {
  const server = textOf(cluster, 'server', place) ?? '';
  const needed = `${place} of the kubeconfig ${cluster.file} needs a server of the form https://HOST:PORT`;
  // kubectl takes one without a scheme for http, and a TLS server then for broken: a mistake to us.
  const url = /^https?:\/\/[^/]/i.test(server) ? URL.parse(server) : null;
  if (url === null) {
    throw new ClusterError(server.includes('@') ? needed : `${needed}, not ${shown(server)}`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new ClusterError(`${needed}: user and password belong to the user entry`);
  }
  return `${url.origin}${url.pathname}`.replace(/(?<!\/)\/+$/, '');
}
