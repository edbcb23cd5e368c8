import type { Client } from '../cluster/client.ts';
import { sourceOf } from '../cluster/collection.ts';
import { ClusterError } from '../cluster/error.ts';
import { reflect } from '../cluster/reflector.ts';
import { type Resource, secretMetadata, secrets } from '../cluster/resource.ts';
import { Expectations } from '../core/watch/expectations.ts';
import { isOlder } from '../core/watch/resource-version.ts';
import { type Delta, Store } from '../core/watch/store.ts';
import { collectionsOf, type Followable, nameOf } from './collections.ts';
import { waiting } from './waiting.ts';

/** A collection that is lost for so long, in milliseconds, is stale: what is in its store may have changed since. */
const patience = 60_000;

export type CachesOptions = {
  readonly client: Client;
  readonly signal: AbortSignal;
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number;
  /** Told of all that is new, after the store has it. It must not throw. */
  readonly heard: (resource: Resource, deltas: readonly Delta[]) => void;
  /** Told of what stops a list or watch: each time, of an optional collection once until it is heard of. It must not throw. */
  readonly failed: (name: string, error: unknown) => void;
  /** Told that an optional collection cannot be followed, each time that it is tried, and that it can be again. It must not throw. */
  readonly missed: () => void;
  /** Told that every collection is whole again after one had broken off. It must not throw. */
  readonly healed: () => void;
};

/** The collections that the operator follows, and how well it hears of each. */
export class Caches {
  readonly stores: ReadonlyMap<Resource, Store>;
  readonly #followed: ReadonlyMap<Resource, Followed>;
  readonly #now: () => number;

  constructor(options: CachesOptions) {
    this.#now = options.now;
    const collections = collectionsOf(options.client.namespace);
    const stands = () => {
      if (this.areWhole()) options.healed();
    };
    this.#followed = new Map(collections.map(each => [each.resource, new Followed(each, options, stands)]));
    this.stores = new Map([...this.#followed].map(([resource, { store }]) => [resource, store]));
  }

  /** Resolves once every collection has been listed, an optional one also once it could not be; or the signal came. */
  async synced(): Promise<void> {
    await Promise.all([...this.#followed.values()].map(({ looked }) => looked.promise));
  }

  /** Lists every collection once more; a list that is older than what is known tells nothing. @throws ClusterError */
  async relist(): Promise<void> {
    await Promise.all(this.#needed().map(followed => followed.relist()));
  }

  /** Remembers an own write for a key. */
  expect(resource: Resource, key: string, version: string): void {
    this.#followed.get(resource)?.expectations.expect(key, version, this.#now());
  }

  /** Whether every store knows the last own write for a key. */
  mayReconcile(key: string): boolean {
    return [...this.#followed.values()].every(({ expectations }) =>
      expectations.mayReconcile(key, this.#now()),
    );
  }

  /**
   * Whether what is known may be acted upon. Not from the moment that a connection breaks until the collection has been
   * listed: the server may come back with an etcd that was restored, and know less than the caches. Of Secrets the gate says
   * what is not known.
   */
  areWhole(): boolean {
    return this.#needed().every(({ resource, isBroken }) => !isBroken || ofGate.has(resource));
  }

  /** Why a collection cannot be believed: it was never listed, or is lost for a minute; else undefined. */
  trouble(resource: Resource): string | undefined {
    return this.#followed.get(resource)?.trouble(this.#now());
  }

  /** Why an optional collection cannot be had: it was refused, or is lost for a minute. Undefined as well before its first list. */
  refusal(resource: Resource): string | undefined {
    return this.#followed.get(resource)?.refusal(this.#now());
  }

  /** Whether a collection that was listed is lost for want of an answer, not of a right: what is known of it is the last there is. */
  isLost(resource: Resource): boolean {
    return this.#followed.get(resource)?.isLost === true;
  }

  /** What keeps the operator from being ready, one sentence a collection. */
  troubles(): string[] {
    return this.#needed().flatMap(followed => followed.trouble(this.#now()) ?? []);
  }

  #needed(): Followed[] {
    return [...this.#followed.values()].filter(({ isOptional }) => !isOptional);
  }

  /** Seconds since each collection was last heard of. */
  ages(): [name: string, seconds: number][] {
    return [...this.#followed.values()].map(({ name, heardAt }) => [name, (this.#now() - heardAt) / 1000]);
  }
}

const ofGate: ReadonlySet<Resource> = new Set([secrets, secretMetadata]);

class Followed {
  readonly store = new Store();
  readonly expectations = new Expectations(this.store);
  readonly looked = Promise.withResolvers<void>();
  readonly resource: Resource;
  readonly name: string;
  readonly isOptional: boolean;
  isBroken = false;
  heardAt: number;
  readonly relist: () => Promise<void>;
  #lostAt: number | undefined;
  #cause = '';
  #isDenied = false;

  constructor(followed: Followable, options: CachesOptions, healed: () => void) {
    const { client, signal, now, heard, failed, missed } = options;
    const { keep = object => object } = followed;
    const collection: Followable = { ...followed, keep: object => this.store.known(keep(object)) };
    this.resource = collection.resource;
    this.name = nameOf(collection.resource);
    this.isOptional = collection.isOptional === true;
    this.heardAt = now();
    const stands = () => {
      this.heardAt = now();
      const [wasLost, wasBroken] = [this.#lostAt !== undefined, this.isBroken];
      this.#lostAt = undefined;
      this.isBroken = false;
      if (wasLost && this.isOptional) missed();
      if (wasBroken) healed();
    };
    const wait = (milliseconds: number) => waiting(milliseconds, signal);
    this.relist = async () => {
      try {
        const listed = await sourceOf(client, collection, signal).list();
        if (isOlder(listed.resourceVersion, this.store.resourceVersion)) return;
        heard(collection.resource, this.store.apply(listed));
      } catch (error) {
        // A connection that breaks is no answer.
        if (signal.aborted || !isConnectionFault(error)) throw error;
        failed(this.name, error);
        await wait(1_000);
        await this.relist();
      }
    };
    signal.addEventListener('abort', () => this.looked.resolve(), { once: true });
    void reflect(client, collection, this.store, {
      signal,
      now,
      random: Math.random,
      wait,
      opened: stands,
      heard: deltas => {
        heard(collection.resource, deltas);
        stands();
        if (this.store.synced) this.looked.resolve();
      },
      failed: (error, trouble) => {
        if (trouble === 'none') return;
        const isNews = this.#lostAt === undefined;
        this.#lostAt ??= now();
        this.isBroken ||= isConnectionFault(error);
        this.#isDenied = error instanceof ClusterError && [403, 404].includes(error.fault.status ?? 0);
        this.#cause = error instanceof Error ? error.message : String(error);
        // Who may not see it at all would read the same line twice a minute.
        if (isNews || !this.isOptional) failed(this.name, error);
        if (!this.isOptional) return;
        this.looked.resolve();
        missed();
      },
    });
  }

  get isLost(): boolean {
    return this.#lostAt !== undefined && this.store.synced && !this.#isDenied;
  }

  refusal(now: number): string | undefined {
    const isLost = this.#lostAt !== undefined && (!this.store.synced || now - this.#lostAt >= patience);
    return isLost ? this.#cause : undefined;
  }

  trouble(now: number): string | undefined {
    if (!this.store.synced) return `collection ${this.name} is not synced yet`;
    const isStale = this.#lostAt !== undefined && now - this.#lostAt >= patience;
    return isStale ? `collection ${this.name} has not been heard of for a minute` : undefined;
  }
}

function isConnectionFault(error: unknown): boolean {
  return error instanceof ClusterError && error.fault.status === undefined;
}
