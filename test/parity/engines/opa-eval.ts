import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Violation } from '../../../core/policy.ts';
import { failure, type Result, success } from '../../../core/result.ts';
import { createJudge, type Judge } from '../../../wasm/judge.ts';
import { temporaryDirectory } from '../../directory.ts';
import { opaBinary } from '../../policies/opa.ts';

/** What is asked of a case, by whatever judge. */
type Ask<Case, Answer> = (judge: Judge, one: Case) => Answer;

/**
 * What is answered with `opa eval` in place of wasm, for many cases in one run: what they ask is noted as wasm is asked it,
 * OPA answers all of it, and with these answers they are asked once more.
 */
export function askOPA<Case, Answer>(cases: readonly Case[], ask: Ask<Case, Answer>): Answer[] {
  const asked = new Map<string, Question>();
  const noting = noter(asked);
  for (const one of cases) ask(noting, one);
  const found = evaluate([...asked.values()]);
  const answers = new Map([...asked.keys()].map((key, index) => [key, found[index]]));
  const answering = answerer(answers);
  return cases.map(one => ask(answering, one));
}

/** The rule that is asked, and its input. */
type Question = { readonly rule: keyof typeof rules; readonly input: object };

function noter(asked: Map<string, Question>): Judge {
  const wasm = createJudge();
  return judgeOf((question, answer) => {
    asked.set(JSON.stringify(question), question);
    return answer(wasm);
  });
}

function answerer(answers: ReadonlyMap<string, unknown>): Judge {
  return judgeOf(question => {
    const found = answers.get(JSON.stringify(question));
    // biome-ignore lint/suspicious/noExplicitAny: of the type that the rule has
    return found === undefined ? failure('OPA was not asked this') : (success(inOrder(found)) as Result<any>);
  });
}

/** Sets have an order of each engine's own. */
function inOrder(found: unknown): unknown {
  if (!Array.isArray(found)) return found;
  const key = ({ rule, field, message }: Violation) => [rule, field, message].join('\0');
  return found.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** A judge of which every question is known. @param answer is also told how the judge that is given would be asked. */
// biome-ignore lint/suspicious/noExplicitAny: each question has an answer of its own type
function judgeOf(answer: (question: Question, by: (judge: Judge) => Result<any>) => Result<any>): Judge {
  return {
    verdict: () => failure('nobody asks for the verdict alone'),
    violations: input => answer({ rule: 'violations', input }, judge => judge.violations(input)),
    networkViolations: network =>
      answer({ rule: 'violations', input: { network } }, judge => judge.networkViolations(network)),
    reach: network => answer({ rule: 'reach', input: { network } }, judge => judge.reach(network)),
    worse: (after, before) =>
      answer({ rule: 'worse', input: { after, ...(before && { before }) } }, judge =>
        judge.worse(after, before),
      ),
    networkWorse: (after, before) => {
      const input = { after: { network: after }, before: { network: before } };
      return answer({ rule: 'worse', input }, judge => judge.networkWorse(after, before));
    },
  };
}

const rules = {
  violations: 'data.seinode.violations',
  worse: 'data.seinode.admission.worse',
  reach: 'data.seinode.netpol.reach',
} as const;

/** @throws where a question has no answer: a rule that is undefined. */
function evaluate(asked: readonly Question[]): unknown[] {
  const file = join(temporaryDirectory('parity'), 'questions.json');
  const inputs = Object.keys(rules).map(rule => [
    rule,
    asked.filter(each => each.rule === rule).map(({ input }) => input),
  ]);
  writeFileSync(file, JSON.stringify(Object.fromEntries(inputs)));
  const lists = Object.entries(rules).map(
    ([rule, path]) =>
      `"${rule}": [found | some asked in input.${rule}; found := ${path} with input as asked]`,
  );
  const args = ['eval', '--format', 'json', '-d', 'policies/seinode', '-i', file, `{${lists.join(', ')}}`];
  const settings = {
    cwd: join(import.meta.dirname, '../../..'),
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  } as const;
  const found = JSON.parse(execFileSync(opaBinary(), args, settings)).result[0].expressions[0].value;
  return asked.map(({ rule }) => {
    if (found[rule].length === 0) throw new Error(`OPA left a question about ${rule} without an answer`);
    return found[rule].shift();
  });
}
