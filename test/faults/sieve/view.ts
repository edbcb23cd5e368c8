import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { ControlPlane } from '../../control-plane/control-plane.ts';
import { manifest } from '../../operator/manifests.ts';
import { upstreamOf } from '../proxy/upstream.ts';

/** Which collections: by their plural, such as `secrets`. */
export type Which = (plural: string) => boolean;

/** A write that came, and the answer it got. */
export type Asked = {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  status?: number;
};

/**
 * What becomes of a write: `swallow`, it never reaches the server; `swallow answer`, it takes effect and is never answered;
 * `reset`, it takes effect and the connection ends; else it is passed on.
 */
export type Rule = (asked: Asked) => 'swallow' | 'swallow answer' | 'reset' | undefined;

/**
 * The operator's way to the API server, as over one that lags behind (Sieve, "stale states"): what it follows can be shown
 * as it was, lists from etcd's own history and watches silent. What it reads by name is always answered as it is now, as
 * every API server asks a quorum of etcd for that.
 */
export type View = {
  readonly kubeconfig: string;
  /** What was asked that is no reading, in order. */
  readonly writes: readonly Asked[];
  /** From now on lists are of a resourceVersion, where one is given, and no watch tells anything. */
  readonly freeze: (version?: string, which?: Which) => void;
  /** Everything that was kept back is told, in order. */
  readonly thaw: () => void;
  /** Nothing of it is ever told: the watches that stood still end as outdated (410), and all is listed anew. */
  readonly skip: () => void;
  /** What becomes of writes from now on, beside what was said before; each is asked about once. */
  readonly meddle: (rule: Rule) => void;
  /** All is well again. */
  readonly mend: () => void;
  readonly close: () => void;
};

const expired = { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'Expired', code: 410 };
const gone = `${JSON.stringify({ type: 'ERROR', object: { ...expired, message: 'too old' } })}\n`;

/** Starts one for the operator's ServiceAccount. */
export async function startView(controlPlane: ControlPlane): Promise<View> {
  const { name, namespace = '' } = manifest('ServiceAccount').metadata;
  const upstream = upstreamOf(await controlPlane.serviceAccountKubeconfig(namespace, name));
  const agent = new https.Agent({ keepAlive: true, ca: upstream.ca });
  const writes: Asked[] = [];
  let [version, isFrozen]: [string | undefined, Which] = [undefined, () => false];
  let rules: Rule[] = [];
  let over = Promise.withResolvers<'told' | 'skipped'>();
  const ask = async ({ method, headers }: IncomingMessage, url: string, body: Buffer) => {
    const authorization = `Bearer ${upstream.token}`;
    const sent = https.request(upstream.server + url, {
      ...{ agent, method },
      headers: { ...headers, authorization },
    });
    sent.end(body);
    const [found] = (await once(sent, 'response')) as [IncomingMessage];
    return found;
  };
  const answer = async (came: IncomingMessage, response: ServerResponse) => {
    const { method = '', url = '' } = came;
    const { pathname, searchParams } = new URL(url, upstream.server);
    const body = await buffer(came);
    const asked: Asked = { method, path: pathname, body: body.toString() };
    const isWrite = method !== 'GET' && !/\/(leases|events)\b/.test(pathname);
    if (isWrite) writes.push(asked);
    const fate = isWrite ? rules.map(rule => rule(asked)).find(found => found !== undefined) : undefined;
    if (fate === 'swallow') return;
    const followed = /^\/(?:api\/v1|apis\/[^/]+\/[^/]+)\/([a-z]+)$/.exec(pathname)?.[1];
    const watches = searchParams.has('watch');
    const stands = () => followed !== undefined && watches && isFrozen(followed);
    const isOld = followed !== undefined && !watches && isFrozen(followed) && !searchParams.has('continue');
    const moment =
      isOld && version !== undefined ? `&resourceVersion=${version}&resourceVersionMatch=Exact` : '';
    const found = await ask(came, url + moment, body);
    if (fate !== undefined) await buffer(found);
    asked.status = found.statusCode ?? 0;
    if (fate === 'reset') response.destroy();
    if (fate !== undefined) return;
    response.on('close', () => found.destroy());
    response.writeHead(asked.status, found.headers).flushHeaders();
    const ended = followed !== undefined && watches ? skipped(response, stands) : undefined;
    for await (const chunk of found) {
      if (stands() && (await over.promise) === 'skipped') return ended?.();
      response.write(chunk);
    }
    response.end();
  };
  const skippers = new Set<() => void>();
  const skipped = (response: ServerResponse, stands: () => boolean) => {
    const end = () => {
      if (!response.writableEnded && stands()) response.end(gone);
    };
    skippers.add(end);
    response.on('close', () => skippers.delete(end));
    return end;
  };
  const proxy = createServer((came, response) => {
    answer(came, response).catch(() => response.destroy());
  });
  proxy.keepAliveTimeout = 0;
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const release = (how: 'told' | 'skipped') => {
    [version, isFrozen] = [undefined, () => false];
    over.resolve(how);
    over = Promise.withResolvers();
  };
  return {
    kubeconfig: written(controlPlane, `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, namespace),
    writes,
    freeze: (at, which = () => true) => {
      [version, isFrozen] = [at, which];
    },
    thaw: () => release('told'),
    skip: () => {
      for (const end of [...skippers]) end();
      release('skipped');
    },
    meddle: rule => rules.push(rule),
    mend: () => {
      rules = [];
    },
    close: () => {
      proxy.close();
      proxy.closeAllConnections();
      agent.destroy();
    },
  };
}

function written({ directory }: ControlPlane, server: string, namespace: string): string {
  const file = join(directory, `view-${new URL(server).port}.kubeconfig`);
  const cluster = { name: 'c', cluster: { server } };
  const context = { name: 'c', context: { cluster: 'c', user: 'u', namespace } };
  const users = [{ name: 'u', user: {} }];
  writeFileSync(
    file,
    JSON.stringify({ clusters: [cluster], contexts: [context], users, 'current-context': 'c' }),
  );
  return file;
}
