import type { Resource } from '../../cluster/resource.ts';
import { sidecarNetworkPolicyReady } from '../../core/conditions.ts';
import { objectKey } from '../../core/kubernetes.ts';
import type { ConditionFacts } from '../../core/merge-conditions.ts';
import { hasNetwork } from '../../core/network/decode-pod.ts';
import type { NetworkPod } from '../../core/network/network.ts';
import { surroundingsOf } from '../../core/network/surroundings.ts';
import { type Target, targetsOf } from '../../core/network/targets.ts';
import { conditionOf, type SeiNode } from '../../core/seinode.ts';
import type { Delta } from '../../core/watch/store.ts';
import type { Judge } from '../../wasm/judge.ts';
import { type Clock, Delays } from '../delays.ts';
import type { Objects } from '../objects.ts';
import { podOf } from '../observe.ts';
import { concerned } from './concerned.ts';
import type { Basis, KnownNetwork } from './known-network.ts';
import { View } from './view.ts';

export type PostureOptions = {
  readonly judge: Pick<Judge, 'networkViolations'>;
  readonly objects: Pick<Objects, 'cached' | 'nodes'>;
  readonly known: () => KnownNetwork | undefined;
  readonly clock: Clock;
  /** Whether the nodes of a namespace are worked here. */
  readonly works: (namespace: string) => boolean;
  /** Told of a node whose condition is another than its status says. */
  readonly changed: (key: string) => void;
  /** Told why nothing can be said of any node, once. */
  readonly troubled: (why: string) => void;
};

/** Milliseconds that a namespace is left alone once it was judged: of a burst of edits only some are. */
const shortest = 200;
/** And so many times as long as that took, at least. */
const rest = 4;

/**
 * Condition SidecarNetworkPolicyReady of every node: what the rules say of all that the caches have. A change is judged at
 * once, and only where it may matter. Nothing is written here, and nothing waits for it.
 */
export class Posture {
  readonly #options: PostureOptions;
  /** By namespace. */
  readonly #views = new Map<string, View>();
  /** Until when a namespace is left alone. */
  readonly #rests = new Map<string, number>();
  readonly #due: Delays;
  #basis: string | undefined;

  constructor(options: PostureOptions) {
    this.#options = options;
    this.#due = new Delays(options.clock, namespace => this.#judge(namespace));
  }

  /** The condition of a node; undefined as long as nothing is known. @param pod its own, where it has one. */
  of(node: SeiNode, pod: NetworkPod | undefined): ConditionFacts | undefined {
    const known = this.#options.known();
    if (known === undefined || node.metadata.deletionTimestamp) return undefined;
    if (known.facts !== undefined) return known.facts;
    const { namespace } = node.metadata;
    const others = () => this.#nodesIn(namespace).map(other => targetOf(other, this.#podOf(other)));
    return this.#viewOf(namespace, known).of(targetOf(node, pod), others);
  }

  /** To be told of every change of NetworkPolicies and namespaces. */
  heard(resource: Resource, delta: Delta): void {
    const known = this.#options.known();
    if (known === undefined || known.facts !== undefined) return;
    const whose = concerned(resource, delta, known);
    if (whose.kind === 'everybody') this.#touchAll();
    if (whose.kind !== 'namespace') return;
    this.#touch(whose.name);
    if (!whose.readers) return;
    for (const [namespace, view] of this.#views) if (view.readsNamespaces) this.#touch(namespace);
  }

  /**
   * To be told that it may be another thing that nodes are judged by: what can be read, who may connect, caveats.
   *
   * @returns whether it is.
   */
  look(): boolean {
    const known = this.#options.known();
    const basis = JSON.stringify(known && (known.facts ?? [known.parameters, known.caveats]));
    if (basis === this.#basis) return false;
    this.#basis = basis;
    this.#views.clear();
    if (known?.facts !== undefined) this.#options.troubled(known.facts.message);
    this.#touchAll();
    return true;
  }

  #viewOf(namespace: string, { network, parameters }: Basis): View {
    const known = this.#views.get(namespace);
    if (known !== undefined) return known;
    const around = surroundingsOf(namespace, network(), parameters);
    const view = new View(around, parameters, this.#options.judge);
    this.#views.set(namespace, view);
    return view;
  }

  #touchAll(): void {
    const nodes = this.#options.objects.nodes();
    for (const namespace of new Set(nodes.map(({ metadata }) => metadata.namespace))) this.#touch(namespace);
  }

  #touch(namespace: string): void {
    if (!this.#options.works(namespace)) {
      // Where it comes back it is judged by what is then.
      this.#views.delete(namespace);
      return;
    }
    const left = (this.#rests.get(namespace) ?? 0) - this.#options.clock.now();
    this.#due.add(namespace, Math.max(0, left));
  }

  #judge(namespace: string): void {
    const { clock, changed } = this.#options;
    const begun = clock.now();
    this.#views.delete(namespace);
    this.#rests.delete(namespace);
    const nodes = this.#nodesIn(namespace);
    for (const node of nodes) {
      const facts = this.of(node, this.#podOf(node));
      if (facts !== undefined && isNews(node, facts)) changed(objectKey(namespace, node.metadata.name));
    }
    const now = clock.now();
    if (nodes.length > 0) this.#rests.set(namespace, now + Math.max(shortest, rest * (now - begun)));
  }

  #nodesIn(namespace: string): SeiNode[] {
    return this.#options.objects.nodes().filter(({ metadata }) => metadata.namespace === namespace);
  }

  #podOf(node: SeiNode): NetworkPod | undefined {
    return podOf(node, this.#options.objects) as NetworkPod | undefined;
  }
}

function targetOf(node: SeiNode, pod: NetworkPod | undefined): Target {
  return targetsOf([node], pod && hasNetwork(pod) ? [pod] : [])[0]!;
}

function isNews({ status }: SeiNode, facts: ConditionFacts): boolean {
  const known = conditionOf(status, sidecarNetworkPolicyReady);
  return (['status', 'reason', 'message'] as const).some(field => known?.[field] !== facts[field]);
}
