import { type Client, openCluster, type Query } from '../cluster/client.ts';
import manifest from '../package.json' with { type: 'json' };
import { refuseSeveral } from './contexts.ts';
import { type CommonOptions, namespaceOf, requestTimeout, verbosity } from './options.ts';
import { type Needs, readCluster, type Wanted } from './source/cluster.ts';
import type { Fleet } from './source/fleet.ts';
import type { Terminal } from './terminal.ts';

/** From this verbosity on kubectl names every request. */
const requests = 6;

/**
 * Opens the cluster that the flags name.
 *
 * @throws ClusterError where there is none. @throws UsageError for a flag that is wrong.
 */
export function openLive(options: CommonOptions<string>, terminal: Terminal): Client {
  if (!options.besideOthers) refuseSeveral(options);
  const settings = {
    ...options,
    requestTimeout: requestTimeout(options),
    stdinTaken: options.besideOthers ?? options.filename?.includes('-') ?? false,
    userAgent: `kubectl-seinode/${manifest.version}`,
    ...(verbosity(options) >= requests && { log: terminal.error }),
  };
  return openCluster(settings, process.env);
}

/** The namespace that a cluster is asked about: -n, else the context's; undefined for all. */
export function liveNamespace(options: CommonOptions<string>, client: Client): string | undefined {
  return options.allNamespaces ? undefined : (namespaceOf(options) ?? client.namespace);
}

/** Reads the nodes that names and flags ask for. @throws ClusterError where they cannot be read. */
export function readLive(
  options: CommonOptions<string>,
  client: Client,
  wanted: Pick<Wanted, 'names'> & Needs,
): Promise<Fleet> {
  const namespace = liveNamespace(options, client);
  return readCluster(client, { ...wanted, namespace, query: queryOf(options) });
}

/** What the API server is told of the flags that select. */
export function queryOf({ selector, fieldSelector }: CommonOptions<string>): Query {
  return { ...(selector && { labelSelector: selector }), ...(fieldSelector && { fieldSelector }) };
}
