import { guardedTargets } from '../findings/network-findings.ts';
import { objectKey } from '../kubernetes.ts';
import { reducer } from '../network/mentions.ts';
import type { NetworkPolicy } from '../network/network-policy.ts';
import { mayHoldBack } from '../network/surroundings.ts';
import type { Target } from '../network/targets.ts';
import { othersAmong } from '../others.ts';
import { referencesOf } from '../references.ts';
import type { SeiNode } from '../seinode.ts';
import type { World } from './admission.ts';

/** What is worked out of a world, each when it is first asked for. */
export class Surroundings {
  readonly world: World;
  #nodes: ReadonlyMap<string, readonly SeiNode[]> | undefined;
  #users: ReadonlyMap<string, readonly SeiNode[]> | undefined;
  #others: ((node: SeiNode) => readonly SeiNode[]) | undefined;
  #targets: ReadonlyMap<string, readonly Target[]> | undefined;
  #policies: ReadonlyMap<string, readonly NetworkPolicy[]> | undefined;
  #reduce: ReturnType<typeof reducer> | undefined;

  constructor(world: World) {
    this.world = world;
  }

  /** The nodes of a namespace that are not being deleted. */
  nodesIn(namespace: string): readonly SeiNode[] {
    this.#nodes ??= Map.groupBy(this.#live(), ({ metadata }) => metadata.namespace);
    return this.#nodes.get(namespace) ?? [];
  }

  /** Those of them that name a Secret. */
  usersOf(namespace: string, secret: string): readonly SeiNode[] {
    if (this.#users === undefined) {
      const users = new Map<string, SeiNode[]>();
      for (const node of this.#live()) {
        for (const key of referencesOf(node).secrets) users.set(key, [...(users.get(key) ?? []), node]);
      }
      this.#users = users;
    }
    return this.#users.get(objectKey(namespace, secret)) ?? [];
  }

  /** The nodes that share a key or a claim with this one. */
  othersOf(node: SeiNode): readonly SeiNode[] {
    this.#others ??= othersAmong(this.world.nodes);
    return this.#others(node);
  }

  /** The pods of the nodes of a namespace, or of all. */
  targetsIn(namespace?: string): readonly Target[] {
    this.#targets ??= Map.groupBy(
      guardedTargets(this.#live(), this.world.network.pods),
      target => target.namespace,
    );
    return namespace === undefined
      ? [...this.#targets.values()].flat()
      : (this.#targets.get(namespace) ?? []);
  }

  /** The policies of a namespace. */
  policiesIn(namespace: string): readonly NetworkPolicy[] {
    this.#policies ??= Map.groupBy(this.world.network.policies, ({ metadata }) => metadata.namespace);
    return this.#policies.get(namespace) ?? [];
  }

  /** Those that may hold the controller or monitoring back where they are. */
  principalPolicies(): readonly NetworkPolicy[] {
    const { network, parameters } = this.world;
    return network.policies.filter(policy => mayHoldBack(policy, network, parameters));
  }

  /** What all policies and the parameters can tell of a pod's labels. */
  reduced(namespace: string, labels: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
    this.#reduce ??= reducer(this.world.network.policies, this.world.parameters);
    return this.#reduce(namespace, labels);
  }

  #live(): readonly SeiNode[] {
    return this.world.nodes.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  }
}
