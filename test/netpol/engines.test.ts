import type { ExecutionContext } from 'ava';
import type { Question } from '../../core/network/classes.ts';
import type { NetworkInput } from '../../core/network/question.ts';
import type { NetworkViolation } from '../../core/policy.ts';
import { findGator } from '../../scripts/gator.ts';
import { createJudge } from '../../wasm/judge.ts';
import { opaBinary, testWithOPA } from '../policies/opa.ts';
import { requires } from '../requires.ts';
import type { Case } from './case.ts';
import { askGatekeeper, askOPA, type Verdict } from './engines.ts';
import { generated } from './generate.ts';
import { questionOfCase, tables } from './ours.ts';
import { recipes } from './recipes.ts';

const gator = findGator();
const testWithGator = requires('gator, or Go to build it', gator !== undefined);
const judge = createJudge();
const cases: readonly Case[] = [...recipes, ...generated(200, 10)];
const questions = cases.map(questionOfCase).map(harder);
const inputs = questions.map(({ input }) => input);

testWithOPA('opa eval says of every network what wasm says', t => {
  same(t, askOPA(opaBinary(), inputs));
});

testWithGator(
  'gator, over the rules as libraries of a ConstraintTemplate, says of every network what wasm says',
  t => {
    same(t, askGatekeeper(gator as string, inputs));
  },
);

/** With what makes verdicts uncertain, in some of them. */
function harder({ input, ...question }: Question, at: number): Question {
  const [pod, ...others] = input.targets;
  const caveat = { why: 'something outranks NetworkPolicies', namespace: 'arctic' };
  const changes: readonly Partial<NetworkInput>[] = [
    { caveats: [{ ...caveat, effect: 'any' }] },
    { caveats: [{ ...caveat, effect: 'opens' }] },
    { ...(pod && { targets: [{ ...pod, hostNetwork: true }, ...others] }) },
    { sources: input.sources.map((source, index) => ({ ...source, hostNetwork: index === 0 })) },
  ];
  return { ...question, input: { ...input, ...changes[at % 8] } };
}

function same(t: ExecutionContext, verdicts: readonly Verdict[]): void {
  t.is(verdicts.length, cases.length);
  let findings = 0;
  cases.forEach((one, at) => {
    const [question, verdict] = [questions[at]!, verdicts[at]!];
    const [reach, violations] = [judge.reach(question.input), judge.networkViolations(question.input)];
    if (!reach.ok || !violations.ok) throw new Error('the rules failed in wasm');
    t.deepEqual(tables(one, question, verdict.reach), tables(one, question, reach.value), one.name);
    t.deepEqual(sorted(verdict.violations), sorted(violations.value), one.name);
    findings += violations.value.length;
  });
  t.true(findings > 1000);
  t.log(`${cases.length} networks, ${findings} findings`);
}

function sorted(violations: readonly NetworkViolation[]): NetworkViolation[] {
  const key = ({ rule, target, field, message }: NetworkViolation) =>
    JSON.stringify([rule, target, field, message]);
  return violations.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}
