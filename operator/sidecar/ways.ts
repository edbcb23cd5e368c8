import type http from 'node:http';
import { fault } from '../../cluster/error.ts';
import { objectKey, type Secret } from '../../core/kubernetes.ts';
import { proxyPort, tasksPort } from '../../core/listeners.ts';
import { failure, type Result, success } from '../../core/result.ts';
import { requiredDNSNames, type SeiNode, tlsSecretName } from '../../core/seinode.ts';
import type { Answer } from '../../core/sidecar/answer.ts';
import { plainAgent, type Route } from './agent.ts';
import { exchange, type Request } from './exchange.ts';
import { faultMessage, isUntrusted } from './fault-message.ts';
import { openPeer, type Peer } from './peer.ts';
import { tokenFile } from './token.ts';
import { sharedTrust } from './trust.ts';

type Options = {
  readonly token: string;
  readonly now: () => Date;
  readonly patience: number;
  readonly route: Route;
};

/** The ways to every sidecar: which pool a node's request takes, what goes with it, and when it has to end. */
export type Ways = {
  readonly follow: (node: SeiNode, secret: Secret | undefined) => void;
  readonly forget: (node: SeiNode) => void;
  /** One request; else why there is no answer, as a clause for a condition. */
  readonly ask: (
    node: SeiNode,
    method: Request['method'],
    path: string,
    body?: string,
  ) => Promise<Result<Answer>>;
  readonly close: () => void;
};

/** Opens them; a connection is made when it is first needed. */
export function openWays({ token: path, now, patience, route }: Options): Ways {
  const token = tokenFile(path, now);
  const peers = new Map<string, Peer>();
  const trustOf = sharedTrust();
  const plain = plainAgent(route);
  const closing = new AbortController();
  const peerOf = (node: SeiNode): Peer => {
    const peer = peers.get(keyOf(node)) ?? openPeer(trustOf, route, patience, now);
    peers.set(keyOf(node), peer);
    return peer;
  };
  const forget = (node: SeiNode) => {
    peers.get(keyOf(node))?.close();
    peers.delete(keyOf(node));
  };
  const ask: Ways['ask'] = async (node, method, path, body) => {
    const place = { origin: originOf(node), secret: secretKey(node), patience };
    const agents = place.secret === undefined ? success([plain]) : peerOf(node).agents();
    if (!agents.ok) return failure(`Secret ${place.secret} ${agents.error}`);
    const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(patience)]);
    try {
      const bearer = place.secret === undefined ? undefined : await token.read();
      const headers = headersOf(bearer, body);
      const request = { method, url: `${place.origin}${path}`, headers, body, signal };
      const answer = await byFirstTrusting(agents.value, request);
      if (answer.status === 401) token.refused();
      return success(bearer === undefined ? answer : without(bearer, answer));
    } catch (error) {
      return failure(faultMessage(error, place));
    }
  };
  const close = () => {
    closing.abort(fault('CLOSED'));
    plain.destroy();
    for (const peer of peers.values()) peer.close();
    peers.clear();
  };
  const follow: Ways['follow'] = (node, secret) => {
    if (!closing.signal.aborted && secretKey(node) !== undefined) peerOf(node).follow(secret);
  };
  return { follow, forget, ask, close };
}

/** A node that is deleted and made again is another: nothing that vouched for the former vouches for it. */
function keyOf({ metadata: { namespace, name, uid } }: SeiNode): string {
  return `${objectKey(namespace, name)}/${uid}`;
}

function secretKey(node: SeiNode): string | undefined {
  const name = tlsSecretName(node);
  return name === undefined ? undefined : objectKey(node.metadata.namespace, name);
}

/** Where a node's tasks are served (contract §5): at its pod, for the Service answers while no pod is ready. */
function originOf(node: SeiNode): string {
  const [, pod] = requiredDNSNames(node.metadata.name, node.metadata.namespace);
  return tlsSecretName(node) === undefined
    ? `http://${pod}:${tasksPort(node)}`
    : `https://${pod}:${proxyPort}`;
}

/** @param bearer absent without TLS: a token never goes over a connection that is not encrypted. */
function headersOf(bearer: string | undefined, body: string | undefined): Readonly<Record<string, string>> {
  return {
    accept: 'application/json',
    ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
    ...(body !== undefined && {
      'content-type': 'application/json',
      'content-length': `${Buffer.byteLength(body)}`,
    }),
  };
}

/** @throws what the first pool throws where none trusts the server: it is the Secret's own. */
async function byFirstTrusting(agents: readonly http.Agent[], request: Request): Promise<Answer> {
  const [agent, ...others] = agents;
  try {
    return await exchange(agent as http.Agent, request);
  } catch (error) {
    if (!isUntrusted(error) || others.length === 0) throw error;
    return byFirstTrusting(others, request).catch(later => {
      throw isUntrusted(later) ? error : later;
    });
  }
}

/** A server that repeats what it was sent must not bring a token into a condition. */
function without(bearer: string, { status, text }: Answer): Answer {
  return { status, text: text.replaceAll(bearer, '[token]') };
}
