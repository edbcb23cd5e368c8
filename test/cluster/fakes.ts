import { rmSync, writeFileSync } from 'node:fs';
import http, { type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import https from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { type Client, type ClientOptions, openCluster } from '../../cluster/client.ts';
import type { KeyPair } from '../control-plane/certificates.ts';
import { temporaryDirectory } from '../directory.ts';

/** What a fake API server saw of a request. */
export type Seen = { readonly url: string; readonly headers: IncomingMessage['headersDistinct'] };

/** A server that stands for an API server, honest or not. */
export type Fake = {
  readonly url: string;
  readonly port: number;
  readonly seen: readonly Seen[];
  /** Connections opened so far. */
  readonly connections: () => number;
};

/** Starts a server on a free port of 127.0.0.1 that is gone after the test. @param pair with it the server speaks TLS. */
export async function fakeServer(
  t: ExecutionContext,
  answer: RequestListener,
  pair?: KeyPair & { readonly requestCert?: boolean },
): Promise<Fake> {
  const seen: Seen[] = [];
  const listener = (request: IncomingMessage, response: ServerResponse<IncomingMessage>) => {
    seen.push({ url: request.url ?? '', headers: request.headersDistinct });
    answer(request, response as never);
  };
  const server = pair
    ? https.createServer(
        { cert: pair.certificate, key: pair.key, requestCert: pair.requestCert, rejectUnauthorized: false },
        listener,
      )
    : http.createServer(listener);
  let count = 0;
  server.on('connection', () => {
    count += 1;
  });
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const port = await listen(server);
  return { url: `${pair ? 'https' : 'http'}://127.0.0.1:${port}`, port, seen, connections: () => count };
}

/** Lets a server listen on a free port of 127.0.0.1. */
export async function listen(server: Server): Promise<number> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** Answers with JSON. */
export function json(value: unknown, status = 200, headers: Record<string, string> = {}): RequestListener {
  return (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
  };
}

const emptyLists: Readonly<Record<string, string>> = {
  '/apis/networking.k8s.io/v1/networkpolicies': 'NetworkPolicyList',
  '/apis/apps/v1/daemonsets': 'DaemonSetList',
  '/apis/apps/v1/statefulsets': 'StatefulSetList',
  '/api/v1/namespaces': 'NamespaceList',
  '/api/v1/pods': 'PodList',
  '/api/v1/services': 'ServiceList',
};

/** A server without policies, pods, other kinds of policies, and parameters of the operator; another answers the rest. */
export function withoutNetwork(answer: RequestListener): RequestListener {
  return (request, response) => {
    const path = (request.url ?? '').split('?')[0]?.replace(/\/namespaces\/[^/]+\//, '/') ?? '';
    const kind = emptyLists[path];
    if (kind !== undefined) json({ kind, metadata: {}, items: [] })(request, response);
    else if (path === '/apis') json({ kind: 'APIGroupList', groups: [] })(request, response);
    else if (path.endsWith('/configmaps/seinode-policy')) notThere(request, response);
    else answer(request, response);
  };
}

const notThere = json({ kind: 'Status', apiVersion: 'v1', reason: 'NotFound', code: 404 }, 404);

/** A node as an API server sends it. */
export function seiNode(name: string, resourceVersion = '1'): Record<string, unknown> {
  return {
    apiVersion: 'sei.io/v1alpha1',
    kind: 'SeiNode',
    metadata: { name, namespace: 'default', resourceVersion, creationTimestamp: '2026-01-01T00:00:00Z' },
    spec: { chainId: 'c', image: 'i', fullNode: {} },
  };
}

/** A list of nodes, or a page of one. */
export function nodeList(items: readonly unknown[], metadata: object = { resourceVersion: '1' }) {
  return { apiVersion: 'sei.io/v1alpha1', kind: 'SeiNodeList', metadata, items };
}

/** A kubeconfig with one cluster and one user in it, in a directory that is gone after the test. */
export function kubeconfig(t: ExecutionContext, cluster: object, user: object = {}, context = {}): string {
  const config = {
    clusters: [{ name: 'c', cluster }],
    users: [{ name: 'u', user }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u', ...context } }],
    'current-context': 'x',
  };
  return writeFiles(t, { config: JSON.stringify(config) }).config;
}

/** Writes files into a directory that is gone after the test. @returns their paths. */
export function writeFiles<T extends Readonly<Record<string, string>>>(
  t: ExecutionContext,
  files: T,
): Record<keyof T, string> {
  const dir = temporaryDirectory('cluster');
  t.teardown(() => rmSync(dir, { recursive: true }));
  const paths = Object.entries(files).map(([name, text]) => {
    writeFileSync(join(dir, name), text, { mode: 0o700 });
    return [name, join(dir, name)];
  });
  return Object.fromEntries(paths);
}

/** A client of what a kubeconfig names; it is closed after the test. */
export function client(
  t: ExecutionContext,
  kubeconfig: string,
  options: Partial<ClientOptions> = {},
  environment: NodeJS.ProcessEnv = {},
): Client {
  const defaults = { requestTimeout: 0, stdinTaken: false, userAgent: 'test' };
  const opened = openCluster({ kubeconfig, ...defaults, ...options }, environment);
  t.teardown(() => opened.close());
  return opened;
}
