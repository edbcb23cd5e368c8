import { type Role, rolesOf, withParameters } from '../core/network/authorised.ts';
import { type Question, questionOf } from '../core/network/classes.ts';
import type { Network } from '../core/network/network.ts';
import type { PolicyParameters } from '../core/network/network-policy.ts';
import type { NetworkAnswer } from '../core/network/question.ts';
import type { GuardedPort, Target } from '../core/network/targets.ts';
import { type Result, success } from '../core/result.ts';
import type { Judge } from '../wasm/judge.ts';

/** Who reaches targets, as the rules have answered. */
export type Reached = {
  readonly question: Question;
  readonly answer: NetworkAnswer;
  /** As whom a source is authorised on a port; undefined where it is not. */
  readonly roleOf: (to: GuardedPort, source: number) => Role | undefined;
};

/**
 * Asks the rules who reaches targets.
 *
 * @param addresses that are asked about and are no pod's.
 */
export function askReach(
  judge: Judge,
  network: Network,
  targets: readonly Target[],
  parameters: PolicyParameters,
  addresses: readonly string[] = [],
): Result<Reached> {
  const question = questionOf(network, targets, parameters, addresses);
  const answer = judge.reach(withParameters(question.input));
  return answer.ok
    ? success({ question, answer: answer.value, roleOf: rolesOf(question.input, answer.value) })
    : answer;
}
