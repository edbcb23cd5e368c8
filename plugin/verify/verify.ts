import type { Client } from '../../cluster/client.ts';
import { forwardPort } from '../../cluster/port-forward.ts';
import { objectKey } from '../../core/kubernetes.ts';
import { proxyPort } from '../../core/listeners.ts';
import type { TLSVerdict } from '../../core/policy.ts';
import type { Result } from '../../core/result.ts';
import { requiredDNSNames, type SeiNode, tlsSecretName } from '../../core/seinode.ts';
import type { Anchor } from '../../core/sidecar/anchors.ts';
import { type Handshake, shakeHands } from './handshake.ts';
import { judgePlain, judgeTLS, type Verification } from './judge.ts';
import { type Account, askTasks, type TasksAnswer } from './tasks.ts';

/** A node, and what is known of its Secret; nothing of its private key. */
export type Subject = {
  readonly node: SeiNode;
  /** `anchorOf` of the Secret; what it holds does not count where TLS is off. */
  readonly anchor: Result<Anchor>;
  /** Of the Secret, where it has been judged: a handshake is not good while the Secret is not. */
  readonly verdict?: TLSVerdict;
};

export type VerifyOptions = {
  /** Milliseconds for the handshake; 10 s. */
  readonly patience?: number;
  /** Asked for the node's tasks as well, once the peer is verified. */
  readonly account?: Account;
};

/**
 * Looks at what the pod of a node really serves: by a handshake over a forwarded port where TLS is on, else that nothing
 * listens on 8443.
 *
 * @returns what was found, good or not; `tasks` where a ServiceAccount is to be asked for and the peer is verified.
 * @throws ClusterError where it could not be looked at: no such pod, no right to it, no way to the cluster.
 */
export async function verify(
  client: Client,
  { node, anchor, verdict }: Subject,
  { patience = 10_000, account }: VerifyOptions = {},
): Promise<Verification & { readonly tasks?: TasksAnswer }> {
  const { namespace, name } = node.metadata;
  const secretName = tlsSecretName(node);
  const pod = objectKey(namespace, `${name}-0`);
  const look = <T>(anchors: string | undefined, judge: (handshake: Handshake) => Promise<T> | T) =>
    atProxy(client, node, anchors, patience, judge);
  if (secretName === undefined) return look(undefined, handshake => judgePlain(handshake, pod));
  const secret = objectKey(namespace, secretName);
  if (!anchor.ok) return notReady(verdict?.message ?? `Secret ${secret} ${anchor.error}`);
  const names = requiredDNSNames(name, namespace);
  const standard = { anchor: anchor.value, requiredDNSNames: names, secret, pod };
  return look(anchor.value.certificates, async handshake => {
    const found = judgeTLS(handshake, standard);
    if (!found.ok || handshake.kind !== 'done') return found;
    if (verdict !== undefined && verdict.status !== 'True') return { ...found, ...notReady(verdict.message) };
    if (account === undefined) return found;
    const asked = { node: objectKey(namespace, name), host: names[0] };
    return { ...found, tasks: await askTasks(client, handshake.socket, asked, account) };
  });
}

function notReady(message: string): Verification {
  return { ok: false, outcome: 'SecretNotReady', message };
}

/** Shakes hands with 8443 of a node's pod, has it judged, and lets the connection go. */
async function atProxy<T>(
  client: Client,
  { metadata: { namespace, name } }: SeiNode,
  anchors: string | undefined,
  patience: number,
  judge: (handshake: Handshake) => Promise<T> | T,
): Promise<T> {
  const stream = await forwardPort(client, { namespace, name: `${name}-0`, port: proxyPort });
  try {
    const [sni] = requiredDNSNames(name, namespace);
    const expected = { name: sni, ...(anchors !== undefined && { anchors }) };
    return await judge(await shakeHands(stream, expected, patience));
  } finally {
    stream.destroy();
  }
}
