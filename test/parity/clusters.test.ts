import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { createJudge } from '../../wasm/judge.ts';
import { whyNoGo } from '../go-program.ts';
import { testWithOPA } from '../policies/opa.ts';
import { requires } from '../requires.ts';
import { type Answer, type Case, now } from './case.ts';
import { cases } from './cases.ts';
import { findWith } from './engines/core.ts';
import { answerOfFindings } from './engines/findings.ts';
import { askGatekeeper } from './engines/gatekeeper.ts';
import { askOPA } from './engines/opa-eval.ts';
import { askPolicyCheck, listOf } from './engines/policy-check.ts';
import { cellOf, type Engine } from './table.ts';

const testWithGo = requires('Go, to build what asks Gatekeeper', whyNoGo() === undefined);
const program = join(import.meta.dirname, '../../plugin/main.ts');
const judge = createJudge();
/** What plugin and operator find in wasm: what the other engines are held against. */
const found: readonly Answer[] = cases.map(one => findWith(judge, one));

test('policy check over files finds what is found of a cluster', async t => {
  const answers: (Answer | string)[] = [];
  for (const one of cases) answers.push(await askPolicyCheck(one));
  const isUnreadable = (index: number) => found[index]!.some(({ rule }) => rule === 'node-mode');
  for (const [index, answer] of answers.entries()) {
    if (typeof answer === 'string') t.true(isUnreadable(index), `${cases[index]?.name}: ${answer}`);
  }
  const read = answers.map((answer, index) => (typeof answer === 'string' ? found[index]! : answer));
  same(t, 'policy check', read);
  t.is(
    answers.filter(answer => typeof answer === 'string').length,
    cases.filter((_, at) => isUnreadable(at)).length,
  );
});

test('the command by itself finds the same', t => {
  const readable = cases.filter((_, index) => found[index]!.every(({ rule }) => rule !== 'node-mode'));
  const some = readable.filter((_, index) => index % Math.ceil(readable.length / 3) === 0);
  for (const one of some) {
    const { status, stdout } = spawnSync(
      process.execPath,
      [program, 'policy', 'check', '-f', '-', '-o', 'json', '--now', now],
      { input: listOf(one.objects), encoding: 'utf8' },
    );
    t.is(status, 1, one.name);
    t.deepEqual(answerOfFindings(JSON.parse(stdout).findings), found[cases.indexOf(one)], one.name);
  }
});

testWithOPA('opa eval finds of every cluster what wasm finds', t => {
  same(t, 'opa eval', askOPA(cases, findWith));
});

testWithGo("Gatekeeper's audit finds of every cluster what wasm finds, but for what it cannot know", t => {
  same(t, 'Gatekeeper audit', askGatekeeper(cases).map(saidOnce));
});

/** What is wrong with a StatefulSet without its node Gatekeeper says of its pod too. */
function saidOnce(answer: Answer): Answer {
  const told = (message: string) => message.replace(/^\w+ \S+: /, '');
  const sets = answer.filter(({ object }) => object.startsWith('StatefulSet '));
  const said = new Set(
    sets.map(
      ({ rule, object, message }) => `${rule} ${object.replace('StatefulSet', 'Pod')}-0 ${told(message)}`,
    ),
  );
  return answer.filter(({ rule, object, message }) => !said.has(`${rule} ${object} ${told(message)}`));
}

/** Holds an engine to what its cells say: it finds all that is found but what it misses, and nothing else. */
function same(t: ExecutionContext, engine: Engine, answers: readonly Answer[]): void {
  const missed = new Set<string>();
  const differences = cases.flatMap((one, index) => {
    const expected = found[index]!.filter(each => {
      const misses = cellOf(each.rule, engine).misses?.(each, one) ?? false;
      if (misses) missed.add(each.rule);
      return !misses;
    });
    return differing(one, expected, answers[index]!);
  });
  t.log(`${cases.length} clusters, ${answers.flat().length} violations`);
  t.deepEqual(differences.slice(0, 10), []);
  // A cell that says what is missed, of which there is no case, says nothing.
  const claims = [...new Set(found.flat().map(({ rule }) => rule))].filter(
    rule => cellOf(rule, engine).misses,
  );
  t.deepEqual([...missed].toSorted(), claims.toSorted());
}

function differing({ name }: Case, expected: Answer, actual: Answer): object[] {
  const [wanted, given] = [expected, actual].map(answer => new Set(answer.map(each => JSON.stringify(each))));
  const lacks = [...wanted!].filter(each => !given!.has(each));
  const adds = [...given!].filter(each => !wanted!.has(each));
  return lacks.length + adds.length > 0 ? [{ name, lacks, adds }] : [];
}
