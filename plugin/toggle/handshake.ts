import type { Client } from '../../cluster/client.ts';
import { ClusterError } from '../../cluster/error.ts';
import { type SeiNode, tlsSecretName } from '../../core/seinode.ts';
import { anchorOf } from '../../core/sidecar/anchors.ts';
import { lookUp } from '../source/secret-reads.ts';
import { verify } from '../verify/verify.ts';

/** The handshake at the end of a toggle. @returns why it failed; undefined where all is well. @throws ClusterError */
export async function verifyNow(client: Client, node: SeiNode): Promise<string | undefined> {
  const name = tlsSecretName(node);
  const looked = name === undefined ? undefined : await lookUp(client, node.metadata.namespace, name);
  if (looked?.found === 'unreadable') throw new ClusterError(looked.why);
  const secret = looked?.found === 'yes' ? looked.secret : undefined;
  const found = await verify(client, { node, anchor: anchorOf(secret) });
  return found.ok ? undefined : found.message;
}
