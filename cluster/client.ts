import type { Agent, IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { type Fields, isFields } from '../core/schema/structural.ts';
import { shown } from '../core/schema/text.ts';
import { type Credentials, credentialsOf } from './credentials.ts';
import { ClusterError } from './error.ts';
import { connectionError, notKubernetes, statusError } from './explain.ts';
import { inClusterConfig } from './in-cluster.ts';
import { loadKubeconfig, textOf } from './kubeconfig.ts';
import { pathOf, type Read } from './resource.ts';
import { chooseTarget, serverOf, type Target, type TargetOptions } from './target.ts';
import { type Answer, createAgent, send } from './transport.ts';

export type ClientOptions = TargetOptions & {
  /** Milliseconds that one request may take; 0 for as long as it wants. */
  readonly requestTimeout: number;
  /** Whether manifests are read from stdin, so that no credential plugin may ask there. */
  readonly stdinTaken: boolean;
  readonly userAgent: string;
  /** Told of every request: method, URL, status and milliseconds; never of headers. */
  readonly log?: (line: string) => void;
};

export type Query = Readonly<Record<string, string>>;

type Session = { readonly credentials: Credentials; readonly agent: Agent };
type Stream = { readonly signal: AbortSignal; readonly silence: number };

/** A busy or starting API server says when to come back; so often we do. */
const retries = 5;
/** Milliseconds: no server takes longer for one answer, or between two parts of it. */
const silence = 60_000;

/** Opens the way to the cluster that kubeconfig, flags and environment name. @throws ClusterError where there is none. */
export function openCluster(options: ClientOptions, environment: NodeJS.ProcessEnv): Client {
  const kubeconfig = loadKubeconfig(options.kubeconfig, environment);
  const inCluster = kubeconfig.files.length === 0 ? inClusterConfig(environment) : undefined;
  return new Client(chooseTarget(inCluster ?? kubeconfig, options), options, environment);
}

/** Reads of one cluster, over one pool of connections. */
export class Client {
  /** The namespace of the context. */
  readonly namespace: string;
  /** The server's address, without a final slash. */
  readonly server: string;
  readonly #target: Target;
  readonly #options: ClientOptions;
  readonly #environment: NodeJS.ProcessEnv;
  #session: Promise<Session> | undefined;

  constructor(target: Target, options: ClientOptions, environment: NodeJS.ProcessEnv) {
    this.namespace = target.namespace;
    this.server = serverOf(target.cluster, `cluster ${shown(target.clusterName)}`);
    this.#target = target;
    this.#options = options;
    this.#environment = environment;
  }

  /** The server, as errors name it. */
  get where(): string {
    return `the API server ${this.server} (cluster ${shown(this.#target.clusterName)})`;
  }

  /** Reads JSON. @throws ClusterError for every other answer. */
  async get(read: Read, query: Query = {}): Promise<Fields> {
    for (let attempt = 0; ; attempt += 1) {
      const answer = await this.#send(read, query);
      const body = await text(answer.body).catch(error => {
        throw connectionError(error, this.where, this.#options.requestTimeout);
      });
      const pause = pauseOf(answer);
      if (pause === undefined || attempt === retries) {
        return this.#decode(read, answer, body);
      }
      await new Promise(resolve => setTimeout(resolve, pause));
    }
  }

  /**
   * Opens a stream that stays.
   *
   * @param silence milliseconds without a byte after which it counts as lost.
   * @returns its body, to be read to the end or destroyed. @throws ClusterError
   */
  async stream(read: Read, query: Query, signal: AbortSignal, silence: number): Promise<IncomingMessage> {
    const answer = await this.#send(read, query, { signal, silence });
    if (answer.status !== 200) {
      this.#decode(read, answer, await text(answer.body).catch(() => ''));
    }
    return answer.body;
  }

  /** Closes the connections. */
  async close(): Promise<void> {
    const session = await this.#session?.catch(() => undefined);
    session?.agent.destroy();
  }

  async #send(read: Read, query: Query, stream?: Stream): Promise<Answer> {
    const session = await this.#connect();
    const answer = await this.#sendOnce(session, read, query, stream);
    if (answer.status !== 401 || !session.credentials.renewable) {
      return answer;
    }
    // Credentials may be withdrawn before they expire: they are made once more.
    answer.body.resume();
    return this.#sendOnce(await this.#renew(session), read, query, stream);
  }

  async #sendOnce(
    { credentials, agent }: Session,
    read: Read,
    query: Query,
    stream?: Stream,
  ): Promise<Answer> {
    const { requestTimeout, userAgent, log } = this.#options;
    const url = `${this.server}${pathOf(read)}${search(query)}`;
    const headers = {
      ...credentials.headers,
      ...this.#target.impersonation,
      'user-agent': userAgent,
      accept: 'application/json',
    };
    const limit = requestTimeout > 0 ? AbortSignal.timeout(requestTimeout) : undefined;
    const start = performance.now();
    try {
      const answer = await send(agent, url, headers, stream ?? { signal: limit, silence });
      log?.(`GET ${url} ${answer.status} in ${Math.round(performance.now() - start)} milliseconds`);
      return answer;
    } catch (error) {
      throw connectionError(error, this.where, requestTimeout);
    }
  }

  async #connect(): Promise<Session> {
    this.#session ??= this.#open();
    const session = await this.#session;
    return session.credentials.expires > Date.now() ? session : this.#renew(session);
  }

  /** Makes new credentials, once for all requests that found the old ones of no use. */
  async #renew(session: Session): Promise<Session> {
    if ((await this.#session) === session) {
      this.#session = this.#open();
    }
    return this.#session!;
  }

  async #open(): Promise<Session> {
    const credentials = await credentialsOf(this.#target, this.#options.stdinTaken, Date.now());
    const proxy = textOf(this.#target.cluster, 'proxy-url', 'the cluster');
    return {
      credentials,
      agent: await createAgent(new URL(this.server), proxy, credentials.tls, this.#environment),
    };
  }

  #decode(read: Read, { status, headers }: Answer, text: string): Fields {
    const value = parseJSON(text);
    const contentType = headers['content-type'] ?? '';
    if (status >= 200 && status < 300 && isFields(value)) {
      return value;
    }
    // An API server says some refusals in plain text.
    if (!isFields(value) && !(/json/.test(contentType) || (status >= 400 && /plain/.test(contentType)))) {
      throw notKubernetes(this.where, status, contentType);
    }
    if (status >= 200 && status < 300) {
      throw new ClusterError(
        `${this.where} sends broken JSON (${text.length} characters): something between may cut it`,
      );
    }
    throw statusError(status, isFields(value) ? value : undefined, read, this.where);
  }
}

/** Milliseconds after which a busy server wants to be asked again; undefined where it does not. */
function pauseOf({ status, headers }: Answer): number | undefined {
  const seconds = Number(headers['retry-after'] ?? Number.NaN);
  return (status === 429 || status >= 500) && seconds >= 0 ? Math.min(seconds, 10) * 1000 : undefined;
}

function search(query: Query): string {
  const text = new URLSearchParams(query).toString();
  return text === '' ? '' : `?${text}`;
}

function parseJSON(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
