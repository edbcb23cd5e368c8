import { type Client, openCluster, type Query } from '../cluster/client.ts';
import { secretInput } from '../core/findings/secrets.ts';
import type { SeiNode } from '../core/seinode.ts';
import manifest from '../package.json' with { type: 'json' };
import { refuseSeveral } from './contexts.ts';
import type { Gathered } from './gather.ts';
import { type CommonOptions, namespaceOf, requestTimeout, verbosity } from './options.ts';
import { type Needs, readCluster, readNamedNodes, type Wanted } from './source/cluster.ts';
import { readNetwork } from './source/cluster-network.ts';
import type { Fleet, Sourced } from './source/fleet.ts';
import { layOver } from './source/overlay.ts';
import { SecretReads } from './source/secret-reads.ts';
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

type NodeKey = Pick<SeiNode['metadata'], 'namespace' | 'name'>;

/** Reads the nodes that names and flags ask for. @throws ClusterError where they cannot be read. */
export function readLive(
  options: CommonOptions<string>,
  client: Client,
  wanted: Pick<Wanted, 'names'> & Needs,
): Promise<Fleet> {
  const namespace = liveNamespace(options, client);
  return readCluster(client, { ...wanted, namespace, query: queryOf(options) });
}

/**
 * What applying files to the cluster changes: their nodes as the cluster has them, and the files again with the Secrets
 * that only the cluster has, and with all there that decides who reaches them.
 *
 * @param others nodes that the files do not have, and that are looked up too. @throws ClusterError
 */
export async function layOverCluster(
  options: CommonOptions<string>,
  terminal: Terminal,
  { fleet, nodes }: Gathered,
  others: readonly NodeKey[],
): Promise<{ before: Fleet; after: Fleet }> {
  const client = openLive(options, terminal);
  try {
    const keys = [...nodes.map(({ object }) => object.metadata), ...others];
    const before = await readNamedNodes(client, keys);
    const inFiles = ({ object }: Sourced<SeiNode>) => secretInput(object, fleet).secret !== undefined;
    const reads = new SecretReads(client);
    for (const node of nodes.filter(node => !inFiles(node))) {
      reads.want(node.object);
    }
    const [{ secret, faults }, around] = await Promise.all([
      reads.done(),
      readNetwork(client, { network: 'pods', children: true }, theirNamespace(keys)),
    ]);
    const after: Fleet = {
      ...fleet,
      ...layOver(fleet, around.surrounded),
      secret: (namespace, name) => {
        const written = fleet.secret(namespace, name);
        return written.found === 'no' ? secret(namespace, name) : written;
      },
      faults: [...fleet.faults, ...faults, ...around.faults],
    };
    return { before, after };
  } finally {
    await client.close();
  }
}

/** The one namespace of nodes; undefined where they are in several. */
function theirNamespace(keys: readonly NodeKey[]): string | undefined {
  const [namespace, ...others] = new Set(keys.map(({ namespace }) => namespace));
  return others.length === 0 ? namespace : undefined;
}

/** What the API server is told of the flags that select. */
export function queryOf({ selector, fieldSelector }: CommonOptions<string>): Query {
  return { ...(selector && { labelSelector: selector }), ...(fieldSelector && { fieldSelector }) };
}
