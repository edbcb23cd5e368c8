import { randomUUID } from 'node:crypto';
import type { Client } from '../cluster/client.ts';
import { type Resource, secretMetadata, secrets, seiNodes } from '../cluster/resource.ts';
import { type KubernetesObject, objectKey } from '../core/kubernetes.ts';
import type { Caveat } from '../core/network/network.ts';
import type { NodeEvent } from '../core/plan/events.ts';
import { type SeiNode, tlsSecretName } from '../core/seinode.ts';
import type { Settings } from '../core/settings.ts';
import type { Delta } from '../core/watch/store.ts';
import { createJudge } from '../wasm/judge.ts';
import { Asks } from './asks.ts';
import type { Audit } from './audit/audit.ts';
import { type BreakGlass, breakGlassEvent, brokenGlass } from './audit/break-glass.ts';
import { openAudit } from './audit/open-audit.ts';
import { boundedJudge, mebibytes } from './bounded-judge.ts';
import { Caches } from './caches.ts';
import { nameOf, ofNetworks, parametersMaps } from './collections.ts';
import { Concern } from './concern.ts';
import { followClock } from './follow-clock.ts';
import { Gate } from './gate.ts';
import type { Tell } from './keep-claim.ts';
import { clock } from './leader-election/fence.ts';
import { objectsOf } from './objects.ts';
import { lookForCaveats } from './posture/caveats.ts';
import { followCaveats } from './posture/follow-caveats.ts';
import { knownNetwork } from './posture/known-network.ts';
import { Posture } from './posture/posture.ts';
import { Progress } from './progress.ts';
import type { Queue } from './queue.ts';
import { reconcile } from './reconcile.ts';
import { Recorder } from './recorder.ts';
import type { SidecarClient } from './sidecar/client.ts';
import { waiting } from './waiting.ts';
import type { Again } from './workers.ts';

export type ManagerOptions = {
  /** Writes only as long as this process leads. */
  readonly client: Client;
  readonly settings: Settings;
  readonly sidecars: SidecarClient;
  readonly queue: Queue;
  /** Whether a namespace is worked here; absent for what has none. */
  readonly works: (namespace: string | undefined) => boolean;
  readonly signal: AbortSignal;
  /** Told of what is worth a line and stops nothing. */
  readonly troubled: (where: string, error: unknown) => void;
  /** Told what people are told by an Event, where one alone could be overlooked. */
  readonly warned: (object: KubernetesObject, event: NodeEvent) => void;
  /** Told of all that is new in the caches, and what NetworkPolicies alone cannot answer for. They must not throw. */
  readonly heard?: ((resource: Resource, deltas: readonly Delta[]) => void) | undefined;
  readonly found?: ((caveats: readonly Caveat[]) => void) | undefined;
};

/** Milliseconds after which a node is looked at whose peers may be others: others often follow the first. */
const peersSettle = 500;

/** All that is known of the nodes of a cluster, and what brings one of them forward. */
export class Manager {
  readonly caches: Caches;
  readonly reconcile: (key: string) => Promise<Again>;
  /** What the rules say of the whole cluster. */
  readonly audit: Audit;
  readonly #recorder: Recorder;
  readonly #gate: Gate;
  readonly #asks: Asks;
  readonly #progress = new Progress();
  readonly #posture: Posture;
  #caveats: readonly Caveat[] | undefined;
  readonly #lookedForCaveats = Promise.withResolvers<void>();
  readonly #concern = new Concern();
  #begun = false;
  #secretsListed = false;
  readonly #options: ManagerOptions;

  constructor(options: ManagerOptions) {
    const { client, settings, sidecars, queue, works, signal, troubled } = options;
    this.#options = options;
    this.caches = new Caches({
      client,
      signal,
      now: clock.now,
      heard: (resource, deltas) => this.#heard(resource, deltas),
      failed: troubled,
      missed: () => this.#look(),
      healed: () => this.#wakeAll(),
    });
    const objects = objectsOf(client, this.caches.stores, (node, resource, version) =>
      this.caches.expect(resource, keyOf(node), version),
    );
    const trouble = () => this.caches.trouble(secrets) ?? this.caches.trouble(secretMetadata);
    const judge = boundedJudge(createJudge({ mebibytes }));
    this.#gate = new Gate({ judge, objects, trouble });
    const sources = {
      stores: this.caches.stores,
      refusal: (resource: Resource) => this.caches.refusal(resource),
      caveats: () => this.#caveats,
    };
    const known = () => knownNetwork(sources);
    this.#posture = new Posture({
      ...{ judge, objects, clock, known, works },
      changed: key => queue.add(key),
      troubled: why => troubled('SidecarNetworkPolicyReady of every SeiNode', new Error(why)),
    });
    void this.#followCaveats();
    void followClock({ ...{ clock, signal, wait: this.#wait }, jumped: () => this.#jumped() });
    const now = () => new Date();
    this.#asks = new Asks({ sidecars, now, answered: key => queue.add(key) });
    const recorder = new Recorder({
      client,
      now,
      suffix: randomUUID,
      failed: (object, error) => troubled(`Events of ${object.kind} ${keyOf(object)}`, error),
    });
    this.#recorder = recorder;
    this.audit = openAudit({
      ...{
        client,
        caches: this.caches,
        objects,
        gate: this.#gate,
        judge,
        recorder,
        known,
        works,
        signal,
        troubled,
      },
    });
    const tell: Tell = (object, event) => {
      options.warned(object, event);
      void recorder.record(object, [event]);
    };
    const around = {
      ...{ tell, caches: this.caches, objects, gate: this.#gate, asks: this.#asks, progress: this.#progress },
      ...{ posture: this.#posture, settings, recorder, now, planID: randomUUID, troubled },
    };
    this.reconcile = key => reconcile(key, around);
  }

  /** Resolves once everything was looked at: who begins before would write once more what is known a moment later. */
  async synced(): Promise<void> {
    await Promise.all([this.caches.synced(), this.#lookedForCaveats.promise]);
  }

  /**
   * From now on nodes are reconciled, all of them first.
   *
   * @param othersLed whether anybody else may have worked since the collections were first listed. @throws ClusterError
   */
  async begin(othersLed: boolean): Promise<void> {
    if (othersLed) await this.caches.relist();
    this.#begin();
  }

  /**
   * The same of more than is worked here so far: what was followed is listed once more, for a watch that stands still
   * unnoticed would show what another has long changed.
   *
   * @param open what is worked once it is listed. @throws ClusterError
   */
  async takeOver(open: () => void): Promise<void> {
    await this.caches.relist();
    open();
    this.#begin();
  }

  #begin(): void {
    this.#begun = true;
    this.#look();
    this.audit.begin();
    this.#wakeAll();
  }

  /** To be told that less is worked here than before. @returns once nothing else is. */
  async letGo(): Promise<void> {
    this.audit.letGo();
    await this.#options.queue.release();
    for (const node of this.#nodes()) {
      if (this.#options.works(node.metadata.namespace)) continue;
      this.#asks.forget(keyOf(node));
      this.#progress.forget(keyOf(node));
    }
  }

  /** Every node that is worked here, and until when its certificate is valid, in Unix seconds. */
  *nodes(): Generator<{ node: SeiNode; notAfterUnix: number | undefined }> {
    for (const node of this.#nodes()) {
      if (!this.#options.works(node.metadata.namespace)) continue;
      yield { node, notAfterUnix: this.#gate.validityOf(node)?.notAfterUnix };
    }
  }

  *#nodes(): Generator<SeiNode> {
    for (const object of this.caches.stores.get(seiNodes)?.values() ?? []) yield object as unknown as SeiNode;
  }

  /** Every object that is worked here for which somebody set the rules aside. */
  *brokenGlass(): Generator<BreakGlass> {
    for (const broken of brokenGlass(this.caches.stores)) {
      if (this.#options.works(broken.object.metadata.namespace)) yield broken;
    }
  }

  #heard(resource: Resource, deltas: readonly Delta[]): void {
    this.#options.heard?.(resource, deltas);
    for (const delta of deltas) {
      // One object that nobody thought of must not end the watch of all.
      try {
        this.#heardOne(resource, delta);
      } catch (error) {
        this.#options.troubled(`${nameOf(resource)} ${delta.key}`, error);
      }
    }
    if (ofNetworks.has(resource)) this.#look();
    if (resource !== secrets || this.#secretsListed) return;
    this.#secretsListed = true;
    for (const node of this.#nodes()) this.#followSecret(node);
  }

  #wakeAll(): void {
    if (!this.#begun) return;
    for (const node of this.#nodes()) this.#options.queue.add(keyOf(node));
  }

  /** Somebody set the clock of the day: what was reckoned by it is reckoned anew. */
  #jumped(): void {
    this.#wakeAll();
    this.audit.touchAll();
  }

  /** Before it leads nobody writes what would be judged. */
  #look(): void {
    if (this.#begun && this.#posture.look()) this.audit.touchAll();
  }

  readonly #wait = (milliseconds: number): Promise<unknown> => waiting(milliseconds, this.#options.signal);

  #followCaveats(): Promise<void> {
    const { client, signal, troubled, found: tell } = this.#options;
    return followCaveats(() => lookForCaveats(client), {
      signal,
      wait: this.#wait,
      found: caveats => {
        this.#caveats = caveats;
        this.#lookedForCaveats.resolve();
        tell?.(caveats);
        this.#look();
      },
      failed: error => {
        this.#lookedForCaveats.resolve();
        troubled('what decides beside NetworkPolicies', error);
      },
    });
  }

  #heardOne(resource: Resource, delta: Delta): void {
    const { queue } = this.#options;
    const { now, isAwaited, soon } = this.#concern.of(resource, delta);
    this.#follow(resource, delta, now);
    if (!this.#begun) return;
    if (ofNetworks.has(resource) && resource !== parametersMaps) this.#posture.heard(resource, delta);
    this.#tellAudit(resource, delta);
    if (resource === seiNodes && delta.type === 'deleted') queue.drop(delta.key);
    for (const key of now) {
      if (resource === secrets) this.#asks.hasten(key);
      queue.add(key, isAwaited);
    }
    for (const key of soon) queue.addAfter(key, peersSettle);
  }

  #tellAudit(resource: Resource, delta: Delta): void {
    this.audit.heard(resource, delta);
    const told = breakGlassEvent(resource, delta);
    if (told && this.#options.works(told.object.metadata.namespace)) {
      void this.#recorder.record(told.object, [told.event]);
    }
  }

  /** The sidecars' client hears of every Secret that a node is known by, also where another process leads. */
  #follow(resource: Resource, delta: Delta, concerned: readonly string[]): void {
    if (resource === seiNodes) {
      const node = delta.object as unknown as SeiNode;
      const before = delta.type === 'updated' ? (delta.before as unknown as SeiNode) : undefined;
      if (delta.type === 'deleted') this.#options.sidecars.forget(node);
      else if (before === undefined || tlsSecretName(before) !== tlsSecretName(node))
        this.#followSecret(node);
    } else if (resource === secrets) {
      const nodes = this.caches.stores.get(seiNodes);
      for (const key of concerned) this.#followSecret(nodes?.get(key) as unknown as SeiNode | undefined);
    }
  }

  /** Before Secrets are listed nothing is known of them, which is another thing than that there are none. */
  #followSecret(node: SeiNode | undefined): void {
    const { sidecars } = this.#options;
    const isKnown = this.caches.stores.get(secrets)?.synced;
    if (node !== undefined && isKnown) sidecars.follow(node, this.#gate.secretOf(node));
  }
}

function keyOf({ metadata: { namespace, name } }: KubernetesObject): string {
  return objectKey(namespace, name);
}
