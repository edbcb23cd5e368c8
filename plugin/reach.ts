import { rolesOf, withParameters } from '../core/network/authorised.ts';
import { batchesOf } from '../core/network/batches.ts';
import { type Question, questionOf } from '../core/network/classes.ts';
import type { Judged } from '../core/network/groups.ts';
import type { Network } from '../core/network/network.ts';
import type { PolicyParameters } from '../core/network/network-policy.ts';
import { openingsOf } from '../core/network/openings.ts';
import type { NetworkAnswer } from '../core/network/question.ts';
import { type Reach, reach } from '../core/network/reach.ts';
import type { Target } from '../core/network/targets.ts';
import { type Result, success } from '../core/result.ts';
import type { Judge } from '../wasm/judge.ts';

/** Who reaches targets, as the rules have answered. */
export type Reached = Judged & {
  /** Each target and port, sorted; made anew at each call. */
  readonly items: () => Iterable<Reach>;
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
  const answers: { readonly batch: Question; readonly answer: NetworkAnswer }[] = [];
  for (const batch of batchesOf(question)) {
    const answer = judge.reach(withParameters(batch.input));
    if (!answer.ok) return answer;
    answers.push({ batch, answer: answer.value });
  }
  const [first] = answers;
  return success({
    question,
    items: function* () {
      for (const { batch, answer } of answers) yield* reach(batch, answer);
    },
    roleOf: first === undefined ? () => undefined : rolesOf(question.input, first.answer),
    openingAt: openingsOf(question.input, judge.networkViolations),
  });
}
