import type { Client } from '../../cluster/client.ts';
import { ClusterError } from '../../cluster/error.ts';
import { secrets } from '../../cluster/resource.ts';
import { create, update } from '../../cluster/write.ts';
import { longestTimer } from '../../core/duration.ts';
import { type Secret, tlsSecretType } from '../../core/kubernetes.ts';
import type { Result } from '../../core/result.ts';
import type { Fields } from '../../core/schema/structural.ts';
import { type Bundle, decide, type Step, settlesAt, toServe } from '../../core/webhook/certificate.ts';
import type { ElectionClock } from '../leader-election/fence.ts';
import { bundleOf, withBundle } from './configuration.ts';
import { generate } from './generate.ts';
import { configurationName, secretName, serverNameOf, validatingWebhookConfigurations } from './names.ts';
import { dataOf, pairOf, type ServablePair } from './secret.ts';

export type KeeperOptions = {
  /** Writes whether this replica leads or not: each write is of an object as it was seen, or is refused. */
  readonly client: Client;
  /** Whether the operator makes the certificate, or only serves what somebody else puts into the Secret. */
  readonly isOwn: boolean;
  readonly clock: ElectionClock;
  readonly leads: () => boolean;
  /** The Secret and the configuration as the caches have them; undefined before both were listed. */
  readonly seen: () => Seen | undefined;
  readonly serve: (pair: ServablePair) => void;
  readonly troubled: (error: unknown) => void;
};

export type Seen = {
  readonly secret: Secret | undefined;
  /** Whether there is a Secret of its name that cannot hold a certificate, for it has another type. */
  readonly isTaken: boolean;
  readonly configuration: Fields | undefined;
};

const fieldManager = 'seinode-operator';
/** Milliseconds after a write that was refused. */
const again = 10_000;
/** Milliseconds after which it looks even if nobody tells it to: who leads may have changed. */
const idle = 60_000;

/** Brings the webhook's certificate forward, one write at a time, whenever it is told to look. */
export class Keeper {
  readonly #options: KeeperOptions;
  #held: ServablePair | undefined;
  #isAtWork = false;
  #isToLook = false;
  #isOver = false;
  #cancel = () => {};

  constructor(options: KeeperOptions) {
    this.#options = options;
  }

  /** What is served. */
  get held(): ServablePair | undefined {
    return this.#held;
  }

  /** To be told that the Secret, the configuration or who leads may be another. */
  look(): void {
    this.#isToLook = true;
    if (!this.#isAtWork) void this.#work();
  }

  end(): void {
    this.#isOver = true;
    this.#cancel();
  }

  async #work(): Promise<void> {
    this.#isAtWork = true;
    while (this.#isToLook && !this.#isOver) {
      this.#isToLook = false;
      this.#cancel();
      const wait = await this.#step().catch(error => {
        // Another write came first: the watch tells of it.
        const isMet = error instanceof ClusterError && error.fault.status === 409;
        if (!isMet) this.#options.troubled(error);
        return again;
      });
      if (!this.#isOver) this.#cancel = this.#options.clock.after(wait, () => this.look());
    }
    this.#isAtWork = false;
  }

  /** @returns milliseconds until the next look. @throws ClusterError */
  async #step(): Promise<number> {
    const { clock, isOwn, leads, seen: look } = this.#options;
    const seen = look();
    if (seen === undefined) return idle;
    if (seen.isTaken) throw new Error(`the Secret ${secretName} is not of type ${tlsSecretType}: delete it`);
    const [bundle, now] = [bundleOf(seen.configuration), clock.date()];
    const read = seen.secret && pairOf(seen.secret, this.#serverName, isOwn);
    const pair = read?.ok ? read.value : undefined;
    this.#serve(pair, bundle, now);
    if (!isOwn) return this.#waitFor(read);
    const secret = pair ?? (read === undefined ? 'none' : 'unusable');
    const step = decide({ secret, bundle, leads: leads(), now });
    if (step.do !== 'wait') {
      await this.#write(step, seen, now);
      // The watch tells of it.
      return again;
    }
    const swap = settlesAt({ secret: pair, held: this.#held, bundle, now });
    return Math.min(idle, longestTimer, step.until - now, (swap ?? step.until) - now);
  }

  #serve(secret: ServablePair | undefined, bundle: Bundle | undefined, now: number): void {
    const verifier = this.#options.isOwn ? bundle : undefined;
    const pair = toServe({ secret, held: this.#held, bundle: verifier, now });
    if (pair === undefined || pair.served.certificate === this.#held?.served.certificate) return;
    this.#held = pair;
    this.#options.serve(pair);
  }

  #waitFor(read: Result<ServablePair> | undefined): number {
    if (!read?.ok)
      this.#options.troubled(new Error(`the Secret ${secretName}: ${read?.error ?? 'there is none'}`));
    return idle;
  }

  async #write(
    step: Exclude<Step, { do: 'wait' }>,
    { secret, configuration }: Seen,
    now: number,
  ): Promise<void> {
    const { client } = this.#options;
    const { namespace } = client;
    if (step.do === 'publish') {
      const written = withBundle(configuration!, step.authorities, new Date(now).toISOString());
      const target = { resource: validatingWebhookConfigurations, name: configurationName };
      await update(client, target, written as never, fieldManager);
      return;
    }
    const data = dataOf(await generate(namespace, now));
    const labels = { 'app.kubernetes.io/name': 'sei-k8s-controller' };
    const metadata = {
      ...secret?.metadata,
      name: secretName,
      namespace,
      labels: { ...secret?.metadata.labels, ...labels },
    };
    const written = { apiVersion: 'v1', kind: 'Secret', metadata, type: tlsSecretType, data };
    if (step.do === 'create')
      await create(client, { resource: secrets, namespace, answersMetadata: true }, written, fieldManager);
    else
      await update(
        client,
        { resource: secrets, namespace, name: secretName, answersMetadata: true },
        written,
        fieldManager,
      );
  }

  get #serverName(): string {
    return serverNameOf(this.#options.client.namespace);
  }
}
