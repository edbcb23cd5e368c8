import { type Dispatcher, request } from 'undici';
import { type Fields, isFields } from '../core/schema/structural.ts';
import { shown } from '../core/schema/text.ts';
import { type Credentials, credentialsOf } from './credentials.ts';
import { ClusterError } from './error.ts';
import { connectionError, notKubernetes, statusError } from './explain.ts';
import { inClusterConfig } from './in-cluster.ts';
import { loadKubeconfig, textOf } from './kubeconfig.ts';
import { pathOf, type Read } from './resource.ts';
import { chooseTarget, serverOf, type Target, type TargetOptions } from './target.ts';
import { createDispatcher } from './transport.ts';

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

type Stream = { readonly signal: AbortSignal; readonly silence: number };
type Session = { readonly credentials: Credentials; readonly dispatcher: Dispatcher };

/** A busy or starting API server says when to come back; so often we do. */
const retries = 5;
/** No server takes longer for one answer, or between two parts of it. */
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
      const text = await answer.body.text().catch(error => {
        throw connectionError(error, this.where, this.#options.requestTimeout);
      });
      const pause = pauseOf(answer);
      if (pause === undefined || attempt === retries) {
        return this.#decode(read, answer, text);
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
  async stream(
    read: Read,
    query: Query,
    signal: AbortSignal,
    silence: number,
  ): Promise<Dispatcher.ResponseData['body']> {
    const answer = await this.#send(read, query, { signal, silence });
    if (answer.statusCode !== 200) {
      this.#decode(read, answer, await answer.body.text().catch(() => ''));
    }
    return answer.body;
  }

  /** Closes the connections. Nothing can be read afterwards. */
  async close(): Promise<void> {
    const session = await this.#session?.catch(() => undefined);
    await session?.dispatcher.destroy();
  }

  async #send(read: Read, query: Query, stream?: Stream): Promise<Dispatcher.ResponseData> {
    const session = await this.#connect();
    const answer = await this.#sendOnce(session, read, query, stream);
    if (answer.statusCode !== 401 || !session.credentials.renewable) {
      return answer;
    }
    // Credentials may be withdrawn before they expire: they are made once more.
    await answer.body.dump();
    return this.#sendOnce(await this.#renew(session), read, query, stream);
  }

  async #sendOnce(
    { credentials, dispatcher }: Session,
    read: Read,
    query: Query,
    stream?: Stream,
  ): Promise<Dispatcher.ResponseData> {
    const { requestTimeout, userAgent, log } = this.#options;
    const url = `${this.server}${pathOf(read)}${search(query)}`;
    const start = performance.now();
    try {
      const answer = await request(url, {
        dispatcher,
        headers: [
          ...Object.entries(credentials.headers),
          ...this.#target.impersonation,
          ['user-agent', userAgent],
          ['accept', 'application/json'],
        ].flat(),
        headersTimeout: silence,
        bodyTimeout: stream?.silence ?? silence,
        signal: stream?.signal ?? (requestTimeout > 0 ? AbortSignal.timeout(requestTimeout) : null),
      });
      log?.(`GET ${url} ${answer.statusCode} in ${Math.round(performance.now() - start)} milliseconds`);
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
      void session.dispatcher.close();
    }
    return this.#session!;
  }

  async #open(): Promise<Session> {
    const credentials = await credentialsOf(this.#target, this.#options.stdinTaken, Date.now());
    const proxy = textOf(this.#target.cluster, 'proxy-url', 'the cluster');
    return {
      credentials,
      dispatcher: createDispatcher(new URL(this.server), proxy, credentials.tls, this.#environment),
    };
  }

  #decode(read: Read, { statusCode, headers }: Dispatcher.ResponseData, text: string): Fields {
    const value = parseJSON(text);
    const contentType = String(headers['content-type'] ?? '');
    if (statusCode >= 200 && statusCode < 300 && isFields(value)) {
      return value;
    }
    // An API server says some refusals in plain text.
    if (!isFields(value) && !(/json/.test(contentType) || (statusCode >= 400 && /plain/.test(contentType)))) {
      throw notKubernetes(this.where, statusCode, contentType);
    }
    if (statusCode >= 200 && statusCode < 300) {
      throw new ClusterError(
        `${this.where} sends broken JSON (${text.length} characters): something between may cut it`,
      );
    }
    throw statusError(statusCode, isFields(value) ? value : undefined, read, this.where);
  }
}

/** Milliseconds after which a busy server wants to be asked again; undefined where it does not. */
function pauseOf({ statusCode, headers }: Dispatcher.ResponseData): number | undefined {
  const seconds = Number(headers['retry-after'] ?? Number.NaN);
  return (statusCode === 429 || statusCode >= 500) && seconds >= 0 ? Math.min(seconds, 10) * 1000 : undefined;
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
