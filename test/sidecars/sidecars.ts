import { randomInt } from 'node:crypto';
import http, { type RequestListener } from 'node:http';
import https from 'node:https';
import type { Server } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { createSecureContext, type SecureContext, TLSSocket } from 'node:tls';
import { defaultTasksPort, proxyPort } from '../../core/listeners.ts';
import type { KeyPair } from '../control-plane/certificates.ts';
import { besidePods, listens } from '../pod-ports.ts';
import { type Fate, type Task, Tasks, type TasksAnswer } from './tasks.ts';

/** The script for `node --require` that lets a process find them; what it wants of the environment is said there. */
export const resolver = join(import.meta.dirname, 'resolve.cjs');

/** Stand-ins for the sidecars of every node, and for kube-rbac-proxy before them, at one address of this machine. */
export type Sidecars = {
  /** Such as 127.3.7.9, with the tasks ports of the contract: 8443 and, for nodes without TLS, 7777. */
  readonly address: string;
  /** The tasks that a node's sidecar was sent, in their order. @param node NAMESPACE/NAME. */
  readonly tasksOf: (node: string) => readonly Task[];
  /** Whether it was sent mark-ready. */
  readonly isReady: (node: string) => boolean;
  /** It forgets everything, as a new pod's does. */
  readonly restart: (node: string) => void;
  readonly close: () => Promise<void>;
};

export type SidecarsOptions = {
  /** The certificate that a node serves now; undefined: its proxy does not answer TLS. @param node NAMESPACE/NAME. */
  readonly pairOf: (node: string) => KeyPair | undefined;
  /** What becomes of a task; where it is not said, each is completed at once. */
  readonly fateOf?: (node: string, task: Task) => Fate;
  /** What a node's proxy or sidecar answers to a request instead of what its tasks say, such as 403. */
  readonly refusalOf?: (node: string, url: string) => TasksAnswer | undefined;
  /** Told of each request, before it is answered, whether it came over TLS and with a token. */
  readonly asked?: (node: string, how: { readonly tls: boolean; readonly token: boolean }) => void;
  /** Told that a task has come. */
  readonly taken?: (node: string) => void;
};

/** Starts them. Several may run at once, each at an address of its own: all of 127.0.0.0/8 is this machine (on Linux). */
export async function startSidecars({
  pairOf,
  fateOf,
  refusalOf,
  asked,
  taken,
}: SidecarsOptions): Promise<Sidecars> {
  const nodes = new Map<string, Tasks>();
  const tasksOf = (node: string) => nodes.get(node) ?? new Tasks(task => fateOf?.(node, task) ?? 'completed');
  const answerTo =
    (isAllowed: (authorization: string | undefined) => boolean): RequestListener =>
    async (request, response) => {
      const node = nodeAt(request.headers.host);
      if (node === undefined || !isAllowed(request.headers.authorization)) {
        response.writeHead(node === undefined ? 404 : 401).end();
        return;
      }
      const token = request.headers.authorization !== undefined;
      asked?.(node, { tls: request.socket instanceof TLSSocket, token });
      const tasks = tasksOf(node);
      nodes.set(node, tasks);
      const { method = '', url = '' } = request;
      const sent = await text(request);
      const { status, body } = refusalOf?.(node, url) ?? tasks.answer(method, url, sent);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      if (method === 'POST') taken?.(node);
    };
  // kube-rbac-proxy asks the API server about the token; here one is enough.
  const secured = https.createServer({ SNICallback: contexts(pairOf) }, answerTo(hasBearer));
  const open = http.createServer(answerTo(() => true));
  const address = await besidePods(() => listenTogether(secured, open));
  return {
    address,
    tasksOf: node => tasksOf(node).all,
    isReady: node => tasksOf(node).all.some(({ type }) => type === 'mark-ready'),
    restart: node => nodes.delete(node),
    close: async () => {
      await Promise.all([secured, open].map(ended));
    },
  };
}

/** N-0.N.NS.svc.cluster.local is NS/N, and so is N.NS.svc.cluster.local. */
function nodeAt(host = ''): string | undefined {
  const [, node, namespace] =
    /^(?:[^.]+-0\.)?([^.]+)\.([^.]+)\.svc\.cluster\.local(?::\d+)?$/.exec(host) ?? [];
  return node && namespace && `${namespace}/${node}`;
}

function hasBearer(authorization: string | undefined): boolean {
  return /^Bearer \S+$/.test(authorization ?? '');
}

/** A context a certificate: they are dear to make. */
function contexts(pairOf: SidecarsOptions['pairOf']): https.ServerOptions['SNICallback'] {
  const made = new WeakMap<KeyPair, SecureContext>();
  return (host, found) => {
    const pair = pairOf(nodeAt(host) ?? '');
    if (pair === undefined) return found(new Error(`no certificate for ${host}`));
    const context = made.get(pair) ?? createSecureContext({ cert: pair.certificate, key: pair.key });
    made.set(pair, context);
    found(null, context);
  };
}

/** Both at an address where nobody else is. */
async function listenTogether(secured: Server, open: Server): Promise<string> {
  const address = `127.${randomInt(1, 255)}.${randomInt(256)}.${randomInt(1, 255)}`;
  if (!(await listens(secured, { port: proxyPort, host: address }))) return listenTogether(secured, open);
  if (await listens(open, { port: defaultTasksPort, host: address })) return address;
  await new Promise(resolve => secured.close(resolve));
  return listenTogether(secured, open);
}

function ended(server: http.Server | https.Server): Promise<unknown> {
  const closed = new Promise(resolve => server.close(resolve));
  server.closeAllConnections();
  return closed;
}
