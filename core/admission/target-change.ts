import { questionOf } from '../network/classes.ts';
import type { Target } from '../network/targets.ts';
import { type AdmissionJudge, type Judged, nothing } from './findings.ts';
import { isolatingAny } from './isolation.ts';
import { findingsAt } from './network-change.ts';
import type { Surroundings } from './surroundings.ts';
import { mostAtOnce, workOf } from './work.ts';

/** What policies say of a node's pod that is other than it was. @param before undefined where there was none. */
export function judgeTarget(
  after: Target,
  before: Target | undefined,
  around: Surroundings,
  judge: AdmissionJudge,
): Judged {
  const { network, parameters, unjudged } = around.world;
  if (unjudged !== undefined) return { ...nothing, unjudged: [unjudged] };
  const targets = before === undefined ? [after] : [before, after];
  const policies = isolatingAny(around.policiesIn(after.namespace), targets);
  const asked = { ...network, pods: [], policies };
  const { input } = questionOf(asked, [after], parameters);
  if (workOf(policies) > mostAtOnce)
    return { ...nothing, unjudged: ['its NetworkPolicies are too many to be judged in time'] };
  const answer =
    before === undefined
      ? judge.networkViolations(input)
      : judge.networkWorse(input, questionOf(asked, [before], parameters).input);
  if (!answer.ok) return { ...nothing, unjudged: [`NetworkPolicies: ${answer.error}`] };
  return { findings: findingsAt(answer.value, [{ target: after, index: 0 }]), unjudged: [] };
}
