import type { IncomingMessage } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import type WebSocket from 'ws';
import { longestTimer } from '../core/duration.ts';
import { withoutManagedFields } from '../core/managed-fields.ts';
import type { Fields } from '../core/schema/structural.ts';
import { shown } from '../core/schema/text.ts';
import { decodeAnswer, pauseOf } from './answer.ts';
import { trustNobodyElse } from './authorities.ts';
import { credentialsOf } from './credentials.ts';
import { textOf } from './entry.ts';
import { notUpgraded } from './explain.ts';
import { inClusterConfig } from './in-cluster.ts';
import { loadKubeconfig } from './kubeconfig.ts';
import { proxyTo } from './proxy.ts';
import { type AnyRequest, mediaTypeOf, pathOf, type Read, type Write } from './resource.ts';
import { type Session, Sessions } from './session.ts';
import { chooseTarget, serverOf, type Target, type TargetOptions } from './target.ts';
import {
  type Answer,
  bytesOfBody,
  connections,
  createAgent,
  type Limits,
  type Message,
  send,
} from './transport.ts';
import { connectionError } from './unreachable.ts';

export type ClientOptions = TargetOptions & {
  /** Milliseconds that one request may take; 0 for as long as it wants. */
  readonly requestTimeout: number;
  /** Whether manifests are read from stdin, so that no credential plugin may ask there. */
  readonly stdinTaken: boolean;
  readonly userAgent: string;
  /** Told of every request: method, URL, status and milliseconds; never of headers. */
  readonly log?: (line: string) => void;
  /** How many requests are under way at once, watches among them; 16. */
  readonly connections?: number;
  /** Objects of a page of a list; 500, as kubectl asks. */
  readonly pageSize?: number;
  /** Whether managedFields are left out of what is read: an empty array stands for them. */
  readonly withoutManagedFields?: boolean;
  /** Told of every request that was sent, for who counts them; of a stream, once it begins. */
  readonly observe?: (request: Observed) => void;
  /** Who may write, where not everybody may at any time. Reads do not ask. */
  readonly fence?: WriteFence;
  /** How often a busy or starting server is asked again when it says; 5 times. */
  readonly retries?: number;
  /** Milliseconds without an answer, or between two parts of it, after which a server is given up; a minute. */
  readonly silence?: number;
  /** Waits so many milliseconds. */
  readonly wait?: (milliseconds: number) => Promise<unknown>;
};

/** A request, as `observe` is told of it. */
export type Observed = {
  readonly method: string;
  /** `HOST:PORT` of the server. */
  readonly host: string;
  /** The status of the answer; `<error>` where none came, as client-go counts it. */
  readonly code: string;
  readonly seconds: number;
};

export type WriteFence = {
  /** Asked before each write in a namespace, and again as it gets its connection. @throws where there must be none. */
  readonly assertHolding: (namespace: string | undefined) => void;
  /** Ends the writes under way. */
  readonly signal: AbortSignal;
};

export type Query = Readonly<Record<string, string>>;

/** What a write brings: JSON, and what of JSON it is. */
export type Content = { readonly type: string; readonly value: Fields | readonly Fields[] };

type Asked = {
  readonly method: Message['method'];
  readonly content?: Content;
  /** How it is sent, where it is no plain request. */
  readonly by?: typeof send;
};

type Stream = Limits & { readonly signal: AbortSignal };

const methods = { create: 'POST', update: 'PUT', patch: 'PATCH', delete: 'DELETE' } as const;

/**
 * Opens the way to the cluster that kubeconfig, flags and environment name. This process trusts nobody whom a connection does
 * not name, from then on.
 *
 * @throws ClusterError where there is none.
 */
export function openCluster(options: ClientOptions, environment: NodeJS.ProcessEnv): Client {
  trustNobodyElse();
  const kubeconfig = loadKubeconfig(options.kubeconfig, environment);
  const inCluster = kubeconfig.clusters.size === 0 ? inClusterConfig(environment) : undefined;
  return new Client(chooseTarget(inCluster ?? kubeconfig, options), options, environment);
}

/** Reads and writes of one cluster, over one pool of connections. */
export class Client {
  /** The namespace of the context. */
  readonly namespace: string;
  /** The server's address, without a final slash. */
  readonly server: string;
  /** The server, as errors name it. */
  readonly where: string;
  /** The context that was chosen, if one was. */
  readonly context: string | undefined;
  /** Objects of a page of a list. */
  readonly pageSize: number;
  readonly #host: string;
  readonly #impersonation: Target['impersonation'];
  readonly #options: ClientOptions;
  readonly #sessions: Sessions;

  /** @throws ClusterError where the server's address or the proxy's cannot be used. */
  constructor(target: Target, options: ClientOptions, environment: NodeJS.ProcessEnv) {
    const name = `cluster ${shown(target.clusterName)}`;
    this.namespace = target.namespace;
    this.context = target.contextName;
    this.pageSize = options.pageSize ?? 500;
    this.server = serverOf(target.cluster, name);
    const server = new URL(this.server);
    this.#host = server.host;
    const proxy = proxyTo(server, textOf(target.cluster, 'proxy-url', name), environment);
    const through = proxy === undefined ? '' : ` through the proxy ${proxy.protocol}//${proxy.host}`;
    this.where = `the API server ${this.server}${through} (${name})`;
    this.#impersonation = target.impersonation;
    this.#options = options;
    this.#sessions = new Sessions({
      credentials: () => credentialsOf(target, options.stdinTaken, Date.now()),
      connect: tls => createAgent(server, proxy, tls, options.connections ?? connections),
    });
  }

  /** Reads JSON. @param longest bytes of it. @throws ClusterError for every other answer. */
  get(read: Read, query: Query = {}, longest?: number): Promise<Fields> {
    return this.#ask(read, { method: 'GET' }, query, longest);
  }

  /**
   * Writes, once: only where the server says that it did not begin (429) it is tried again.
   *
   * @returns the answer's JSON. @throws ClusterError for every other answer. Without `fault.status` nobody knows whether
   * it was done: the caller reads again.
   */
  write(write: Write, content: Content, query: Query = {}): Promise<Fields> {
    return this.#ask(write, { method: methods[write.verb], content }, query);
  }

  /**
   * Opens a stream that stays.
   *
   * @param silence milliseconds without a byte after which it counts as lost.
   * @returns its body, to be read to the end or destroyed. @throws ClusterError
   */
  async stream(read: Read, query: Query, signal: AbortSignal, silence: number): Promise<IncomingMessage> {
    const answer = await this.#send(read, { method: 'GET' }, query, { signal, silence });
    if (answer.status !== 200) {
      await this.#refuse(answer, read);
    }
    return answer.body;
  }

  /**
   * Opens a WebSocket (RFC 6455). It is paused, and its errors are its reader's to hear.
   *
   * @param request in the words of RBAC; what is sent is a GET.
   * @throws ClusterError where the server does not change to it.
   */
  async webSocket(request: Write, query: Query, protocol: string): Promise<WebSocket> {
    // Loaded only here: no other command needs it.
    const { upgrade } = await import('./websocket.ts');
    const by: typeof send = (...sent) => upgrade(protocol, ...sent);
    const answer = await this.#send(request, { method: 'GET', by }, query);
    if (answer.webSocket !== undefined) return answer.webSocket;
    await this.#refuse(answer, request);
    throw notUpgraded(request, this.where, answer.status);
  }

  /** The JSON text that came, as `withoutManagedFields` wants it. @param bytes an answer's, or a line's of a stream. */
  decode(bytes: Buffer): string {
    return this.#options.withoutManagedFields ? withoutManagedFields(bytes) : bytes.toString();
  }

  /** Closes the connections. Nothing can be read afterwards. */
  close(): Promise<void> {
    return this.#sessions.close();
  }

  /** Throws what an answer says other than was asked for; one that breaks off says nothing. @throws ClusterError */
  async #refuse(answer: Answer, request: AnyRequest): Promise<void> {
    const bytes = await bytesOfBody(answer.body).catch(() => Buffer.of());
    decodeAnswer(answer, bytes.toString(), request, this.where);
  }

  async #ask(request: AnyRequest, message: Asked, query: Query, longest?: number): Promise<Fields> {
    const { wait = setTimeout, requestTimeout, retries = 5 } = this.#options;
    for (let attempt = 0; ; attempt += 1) {
      const answer = await this.#send(request, message, query);
      const bytes = await bytesOfBody(answer.body, longest).catch(error => {
        throw connectionError(error, this.where, requestTimeout);
      });
      const pause = message.method === 'GET' || answer.status === 429 ? pauseOf(answer) : undefined;
      if (pause === undefined || attempt === retries) {
        return decodeAnswer(answer, this.decode(bytes), request, this.where);
      }
      await wait(pause);
    }
  }

  async #send(request: AnyRequest, message: Asked, query: Query, stream?: Stream): Promise<Answer> {
    const session = await this.#sessions.at(Date.now());
    const answer = await this.#sendOnce(session, request, message, query, stream);
    if (answer.status !== 401 || !session.credentials.renewable) {
      return answer;
    }
    // Credentials may be withdrawn before they expire: they are made once more.
    answer.body.resume();
    return this.#sendOnce(await this.#sessions.renew(session), request, message, query, stream);
  }

  async #sendOnce(
    { credentials, agent }: Session,
    request: AnyRequest,
    { method, content, by = send }: Asked,
    query: Query,
    stream?: Stream,
  ): Promise<Answer> {
    const { requestTimeout, userAgent, log, observe } = this.#options;
    const { authorization } = credentials;
    const url = `${this.server}${pathOf(request)}${search(query)}`;
    const headers = {
      ...(authorization !== undefined && { authorization }),
      ...this.#impersonation,
      'user-agent': userAgent,
      accept: mediaTypeOf(request),
      ...(content && { 'content-type': content.type }),
    };
    const body = content && JSON.stringify(content.value);
    const limits = stream ?? this.#limits(method, request);
    limits.allow?.();
    const start = performance.now();
    let code = '<error>';
    try {
      const answer = await by(agent, url, { method, headers, body }, limits);
      code = String(answer.status);
      log?.(`${method} ${url} ${code} in ${Math.round(performance.now() - start)} milliseconds`);
      return answer;
    } catch (error) {
      throw connectionError(error, this.where, requestTimeout);
    } finally {
      const seconds = (performance.now() - start) / 1000;
      observe?.({ method, host: this.#host, code, seconds });
    }
  }

  #limits(method: Message['method'], { namespace }: AnyRequest): Limits {
    const { requestTimeout, silence = 60_000, fence } = this.#options;
    const limit = requestTimeout > 0 ? timeout(requestTimeout) : undefined;
    const limits = { signal: limit, silence: Math.max(silence, requestTimeout) };
    if (method === 'GET' || fence === undefined) return limits;
    const signal = limit === undefined ? fence.signal : AbortSignal.any([limit, fence.signal]);
    return { ...limits, signal, allow: () => fence.assertHolding(namespace) };
  }
}

function timeout(milliseconds: number): AbortSignal {
  // More than a timer of Node can hold is for ever.
  return AbortSignal.timeout(Math.min(Math.ceil(milliseconds), longestTimer));
}

function search(query: Query): string {
  const text = new URLSearchParams(query).toString();
  return text === '' ? '' : `?${text}`;
}
