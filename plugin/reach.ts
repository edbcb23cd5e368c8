import { rolesOf, withParameters } from '../core/network/authorised.ts';
import { batchesOf } from '../core/network/batches.ts';
import { type Question, questionOf } from '../core/network/classes.ts';
import type { Judged } from '../core/network/groups.ts';
import type { Network } from '../core/network/network.ts';
import type { PolicyParameters } from '../core/network/network-policy.ts';
import type { NetworkAnswer, Through } from '../core/network/question.ts';
import { policyKey, type Reach, reach } from '../core/network/reach.ts';
import { type Target, targetKey } from '../core/network/targets.ts';
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
  const batches = batchesOf(question);
  const answers: { readonly batch: Question; readonly answer: NetworkAnswer }[] = [];
  for (const batch of batches) {
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
    opens: openings(judge, question, batches),
  });
}

/** What the rules on guarded ports find; only people see it, so that it is asked late. */
function openings(judge: Judge, { input }: Question, batches: readonly Question[]): Reached['opens'] {
  let found: ReadonlySet<string> | undefined;
  return ({ target, port }, { policy, rule, peer }) => {
    found ??= new Set(batches.flatMap(batch => openingsIn(judge, batch)));
    return found.has(openingKey(target, port, { policy: policyKey(input, policy), rule, peer }));
  };
}

/** Where a rule lets somebody in, as `details.openings` of a violation has it. */
type Opening = { readonly policy: string | null; readonly rule: number; readonly peer: Through['peer'] };

function openingsIn(judge: Judge, { input, targets }: Question): string[] {
  const found = judge.networkViolations(input);
  // The answer itself stands: a fault of this question would only leave out what is not there now.
  const violations = Map.groupBy(found.ok ? found.value : [], ({ target }) => target);
  return targets.flatMap(({ target, index }) =>
    (violations.get(index) ?? []).flatMap(({ details }) =>
      ((details.openings ?? []) as readonly Opening[]).map(opening =>
        openingKey(target, Number(details.port), opening),
      ),
    ),
  );
}

function openingKey(target: Target, port: number, { policy, rule, peer }: Opening): string {
  return `${targetKey(target)} ${port} ${policy} ${rule} ${peer}`;
}
