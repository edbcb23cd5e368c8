import { setTimeout } from 'node:timers/promises';
import type { Client } from '../../cluster/client.ts';
import { type Resource, secretMetadata, secrets } from '../../cluster/resource.ts';
import { objectKey, type Secret } from '../../core/kubernetes.ts';
import type { Log } from '../../core/log.ts';
import type { Caveat } from '../../core/network/network.ts';
import type { Delta } from '../../core/watch/store.ts';
import type { Caches } from '../caches.ts';
import { parametersMaps } from '../collections.ts';
import { clock } from '../leader-election/fence.ts';
import { unknownNetwork } from '../posture/known-network.ts';
import { waiting } from '../waiting.ts';
import { Feed } from './feed.ts';
import { Followed } from './followed.ts';
import { handshakes } from './handshake.ts';
import { Keeper, type Seen } from './keeper.ts';
import type { Measured } from './messages.ts';
import { configurationName, secretName, serverNameOf } from './names.ts';
import { readSettings } from './settings.ts';
import { WebhookThread } from './thread.ts';

export type WebhookOptions = {
  /** Not behind the fence: the certificate is every replica's work. */
  readonly client: Client;
  readonly caches: () => Caches;
  /** Where the webhook listens, and what its thread runs. */
  readonly address: string;
  readonly script: URL;
  /** Whether the operator makes the certificate. */
  readonly isOwn: boolean;
  readonly leads: () => boolean;
  readonly log: Log;
  readonly measured: (measured: readonly Measured[]) => void;
  /** Told that the thread ended though nobody closed it. */
  readonly died: (error: Error) => void;
};

/** Milliseconds between two looks at what no watch tells of: whether it answers, who leads, what cannot be read. */
const [between, soon] = [5_000, 500];
/** Milliseconds in which changes are gathered: each time the thread is told, it works out anew what it judges by. */
const together = 50;
/** Milliseconds for which it answers on once it is to stop: so long some API server may not have heard of it. */
const linger = 8_000;
const ofSecrets: ReadonlySet<Resource> = new Set([secrets, secretMetadata]);
const untried = 'nobody tried yet';
const configuration = `ValidatingWebhookConfiguration ${configurationName}`;

/** The validating webhook as the main thread sees it: what its thread is fed, its certificate, whether it can be reached. */
export class Webhook {
  readonly #options: WebhookOptions;
  readonly #thread: WebhookThread;
  readonly #keeper: Keeper;
  readonly #feed = new Feed();
  readonly #over = new AbortController();
  #followed: Followed | undefined;
  #caveats: readonly Caveat[] | undefined;
  #isComplete = false;
  #unjudged: string | undefined;
  #unreached: string | undefined = untried;
  #isToFlush = false;
  #closing: Promise<void> | undefined;

  /** Starts the thread; `begin` does the rest. */
  constructor(options: WebhookOptions) {
    const { client, log, isOwn, leads, address, script, measured, died } = options;
    this.#options = options;
    this.#thread = new WebhookThread({
      ...{ script, address, measured, died, flag: '--webhook-bind-address' },
      fault: ({ message, fields }) => log.error(message, 'a request for admission was not judged', fields),
    });
    this.#keeper = new Keeper({
      ...{ client, isOwn, clock, leads },
      seen: () => this.#seen(),
      serve: ({ served }) => {
        this.#thread.serve(served);
        void this.#reach();
        log.info('the webhook serves another certificate');
      },
      troubled: error => log.error(error, 'the certificate of the webhook is not as it should be'),
    });
  }

  /** Waits until it listens, and begins to look after its certificate. @throws ListenError */
  async begin(): Promise<void> {
    const { client, caches, log } = this.#options;
    await this.#thread.listening;
    this.#followed = new Followed({
      ...{ client, signal: this.#over.signal },
      heard: () => {
        this.#keeper.look();
        void this.#reach();
      },
      failed: error => log.error(error, `the ${configuration} cannot be followed: the webhook is optional`),
    });
    void caches()
      .synced()
      .then(() => {
        this.#isComplete = true;
        this.#flushSoon();
        this.#keeper.look();
      });
    void this.#lookOften();
  }

  /** When the certificate that is served ends, in milliseconds since 1970. */
  get certificateEnd(): number | undefined {
    return this.#keeper.held?.notAfter;
  }

  /** To be told of every change of the collections that are followed. */
  readonly heard = (resource: Resource, deltas: readonly Delta[]): void => {
    if (this.#feed.hear(resource, deltas)) this.#flushSoon();
    for (const delta of resource === parametersMaps ? deltas : []) this.#readSettings(delta);
    if (ofSecrets.has(resource) && deltas.some(({ key }) => key === this.#secretKey)) this.#keeper.look();
  };

  /** To be told what NetworkPolicies alone cannot answer for. */
  readonly found = (caveats: readonly Caveat[]): void => {
    this.#caveats = caveats;
    this.#flushSoon();
  };

  /** What keeps it from being sent to. Without a configuration nobody sends. */
  readonly check = (): string | undefined => {
    if (this.#closing !== undefined) return 'the operator stops';
    const { state = 'unknown', object } = this.#followed ?? {};
    if (state === 'unknown') return `whether there is a ${configuration} is not known yet`;
    if (object === undefined || this.#unreached === undefined) return undefined;
    return `the webhook cannot be reached by what the ${configuration} says: ${this.#unreached}`;
  };

  /** Answers for a while yet, then ends the thread. */
  readonly close = (): Promise<void> => {
    this.#closing ??= this.#thread.close(linger).then(() => {
      this.#over.abort();
      this.#keeper.end();
    });
    return this.#closing;
  };

  #readSettings({ type, object }: Delta): void {
    const { fault } = readSettings(type === 'deleted' ? undefined : object);
    if (fault !== undefined) this.#options.log.error(fault, 'the settings of admission cannot be read');
  }

  #flushSoon(): void {
    if (this.#isToFlush) return;
    this.#isToFlush = true;
    const flush = () => {
      this.#isToFlush = false;
      this.#unjudged = this.#whyUnjudged();
      this.#thread.tell({
        type: 'news',
        news: {
          changes: this.#feed.take(),
          caveats: this.#caveats ?? [],
          unjudged: this.#unjudged ?? null,
          isComplete: this.#isComplete,
        },
      });
    };
    void setTimeout(together).then(flush);
  }

  async #lookOften(): Promise<void> {
    const { signal } = this.#over;
    while (!signal.aborted) {
      this.#keeper.look();
      if (this.#whyUnjudged() !== this.#unjudged) this.#flushSoon();
      await this.#reach();
      const isFine = this.#unreached === undefined || this.#followed?.object === undefined;
      const wait = isFine ? between : soon;
      await waiting(wait, signal);
    }
  }

  async #reach(): Promise<void> {
    const at = await this.#thread.listening;
    const serverName = serverNameOf(this.#options.client.namespace);
    const configuration = this.#followed?.object;
    this.#unreached = configuration ? await handshakes(configuration, { ...at, serverName }) : untried;
  }

  #whyUnjudged(): string | undefined {
    const caches = this.#options.caches();
    // While the API server does not answer all is judged as it was last known: to let through is worse.
    const refusal = (resource: Resource) => (caches.isLost(resource) ? undefined : caches.refusal(resource));
    return unknownNetwork({ stores: caches.stores, refusal, caveats: () => this.#caveats });
  }

  #seen(): Seen | undefined {
    if (!this.#isComplete || this.#followed === undefined || this.#followed.state === 'unknown')
      return undefined;
    const { stores } = this.#options.caches();
    return {
      secret: stores.get(secrets)?.get(this.#secretKey) as Secret | undefined,
      isTaken: stores.get(secretMetadata)?.get(this.#secretKey) !== undefined,
      configuration: this.#followed.object,
    };
  }

  get #secretKey(): string {
    return objectKey(this.#options.client.namespace, secretName);
  }
}
