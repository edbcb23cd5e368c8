import { secretInput } from '../core/findings/secrets.ts';
import type { SeiNode } from '../core/seinode.ts';
import type { Gathered } from './gather.ts';
import { openLive } from './live.ts';
import type { CommonOptions } from './options.ts';
import { readNamedNodes } from './source/cluster.ts';
import { readNetwork } from './source/cluster-network.ts';
import type { Fleet, Sourced } from './source/fleet.ts';
import { layOver } from './source/overlay.ts';
import { SecretReads } from './source/secret-reads.ts';
import type { Terminal } from './terminal.ts';

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

type NodeKey = Pick<SeiNode['metadata'], 'namespace' | 'name'>;

/** The one namespace of nodes; undefined where they are in several. */
function theirNamespace(keys: readonly NodeKey[]): string | undefined {
  const [namespace, ...others] = new Set(keys.map(({ namespace }) => namespace));
  return others.length === 0 ? namespace : undefined;
}
