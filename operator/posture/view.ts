import { conditionReasons } from '../../core/conditions.ts';
import type { ConditionFacts } from '../../core/merge-conditions.ts';
import { questionOf } from '../../core/network/classes.ts';
import type { Network } from '../../core/network/network.ts';
import type { PolicyParameters } from '../../core/network/network-policy.ts';
import { postureOf } from '../../core/network/posture.ts';
import { classifier, readsNamespaces } from '../../core/network/surroundings.ts';
import type { Target } from '../../core/network/targets.ts';
import type { Judge } from '../../wasm/judge.ts';

/** What the rules say of the nodes of one namespace, as all around them was at one moment. Alike nodes are judged once. */
export class View {
  /** Whether the labels of namespaces matter to it. */
  readonly readsNamespaces: boolean;
  readonly #network: Network;
  readonly #parameters: PolicyParameters;
  readonly #judge: Pick<Judge, 'networkViolations'>;
  readonly #classOf: (target: Target) => string;
  readonly #known = new Map<string, ConditionFacts>();

  /** @param network what decides in the namespace (`surroundingsOf`). */
  constructor(network: Network, parameters: PolicyParameters, judge: Pick<Judge, 'networkViolations'>) {
    [this.#network, this.#parameters, this.#judge] = [network, parameters, judge];
    this.readsNamespaces = readsNamespaces(network.policies);
    this.#classOf = classifier(network, parameters);
  }

  /** The condition of a node. @param others whom to ask about at the same time, if anybody is to be asked about. */
  of(target: Target, others: () => readonly Target[]): ConditionFacts {
    const key = this.#classOf(target);
    if (!this.#known.has(key)) this.#ask([target, ...others()]);
    return this.#known.get(key)!;
  }

  /** Once about all of them: what is asked with each question costs more than what is asked about one more node. */
  #ask(targets: readonly Target[]): void {
    const classes = new Map(targets.map(target => [this.#classOf(target), target]));
    const unknown = [...classes].filter(([key]) => !this.#known.has(key)).map(([, target]) => target);
    const question = questionOf(this.#network, unknown, this.#parameters);
    const judged = this.#judge.networkViolations(question.input);
    for (const { target, index } of question.targets) {
      const facts = judged.ok
        ? postureOf(judged.value.filter(violation => violation.target === index))
        : unavailable(judged.error);
      this.#known.set(this.#classOf(target), facts);
    }
  }
}

/** Nothing can be said. @param why one clause. */
export function unavailable(why: string): ConditionFacts {
  const { unavailable: reason } = conditionReasons.SidecarNetworkPolicyReady;
  return { status: 'Unknown', reason, message: why };
}
