import { setTimeout } from 'node:timers/promises';
import type { Client } from '../../cluster/client.ts';
import { sourceOf } from '../../cluster/collection.ts';
import { ClusterError } from '../../cluster/error.ts';
import { seiNodes } from '../../cluster/resource.ts';
import type { SeiNode } from '../../core/seinode.ts';
import { withoutNulls } from '../source/decode.ts';
import { lookAtNode, type Subject } from './look.ts';

/**
 * Waits for the next change of a node.
 *
 * @param node as it was seen last. @param milliseconds that it waits at most. @param signal ends it.
 * @returns the node then, the same where nothing changed; undefined once it is gone. @throws ClusterError
 */
export async function nextOf(
  client: Client,
  subject: Subject,
  node: SeiNode,
  milliseconds: number,
  signal: AbortSignal,
): Promise<SeiNode | undefined> {
  const over = AbortSignal.any([signal, AbortSignal.timeout(milliseconds)]);
  const { namespace, name, resourceVersion = '' } = node.metadata;
  const query = { fieldSelector: `metadata.name=${name}` };
  const source = sourceOf(client, { resource: seiNodes, namespace, query }, over);
  try {
    for await (const change of source.watch(resourceVersion, () => {})) {
      if (change.type === 'deleted') return undefined;
      if (change.type === 'applied') return withoutNulls(change.object) as unknown as SeiNode;
    }
  } catch (error) {
    if (over.aborted) return node;
    if (!isRefusal(error)) throw error;
    // Whoever may not watch, or is too late for it, asks.
    await setTimeout(Math.min(milliseconds, 1000), undefined, { signal });
  }
  return lookAtNode(client, subject);
}

/** Forbidden, or its moment is no longer kept. */
function isRefusal(error: unknown): boolean {
  return error instanceof ClusterError && [403, 410].includes(error.fault.status ?? 0);
}
