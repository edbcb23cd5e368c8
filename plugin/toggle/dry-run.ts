import type { Client } from '../../cluster/client.ts';
import { ClusterError } from '../../cluster/error.ts';
import { seiNodes } from '../../cluster/resource.ts';
import { create } from '../../cluster/write.ts';
import type { SeiNode } from '../../core/seinode.ts';
import type { DryRun } from '../../core/toggle/facts.ts';
import { fieldManager } from '../../core/toggle/managers.ts';
import type { Manifest } from '../../core/toggle/manifest.ts';

/** Asks the API server for a node, under a name of its choice, without keeping it. @throws ClusterError where it does not answer. */
export async function dryRunOf(client: Client, { metadata, ...manifest }: Manifest): Promise<DryRun> {
  const { name: _, ...rest } = metadata;
  const sent = { ...manifest, metadata: { ...rest, generateName: 'kubectl-seinode-' } };
  const target = { resource: seiNodes, namespace: metadata.namespace, dryRun: true };
  try {
    const { spec } = (await create(client, target, sent, fieldManager)) as Pick<SeiNode, 'spec'>;
    return { kind: 'accepted', spec };
  } catch (error) {
    if (error instanceof ClusterError && error.fault.status !== undefined && error.fault.status !== 401) {
      return { kind: 'refused', message: error.message };
    }
    throw error;
  }
}
