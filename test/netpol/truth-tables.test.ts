import test, { type ExecutionContext } from 'ava';
import { whyNoGo } from '../go-program.ts';
import { requires } from '../requires.ts';
import type { Case, Reach } from './case.ts';
import { contradictions, counted } from './compare.ts';
import { askCyclonus } from './cyclonus.ts';
import { cyclonusCases } from './cyclonus-cases.ts';
import { generated } from './generate.ts';
import { askRules } from './ours.ts';
import { recipes } from './recipes.ts';
import { recorded } from './recorded.ts';
import { unambiguous } from './unambiguous.ts';

const testWithCyclonus = requires('Go 1.26 to build cyclonus', whyNoGo() === undefined);

for (const recipe of recipes) {
  test(`recipe ${recipe.name}: who it says reaches its targets does, and nobody else`, t => {
    t.deepEqual(contradictions(askRules(recipe), recipe.reach, 'the recipe'), []);
  });
}

testWithCyclonus('cyclonus reads the recipes as they are meant', async t => {
  const answers = await askCyclonus(recipes.map(unambiguous));
  for (const [at, { name, reach }] of recipes.entries()) {
    for (const [to, from] of Object.entries(reach)) t.deepEqual(answers[at]?.[to], from, `${name}: ${to}`);
  }
});

testWithCyclonus('every case that cyclonus generates: the rules and cyclonus agree', async t => {
  const cases = cyclonusCases();
  const counts = agree(t, cases, await askCyclonus(cases.map(unambiguous)), 'cyclonus');
  t.true(cases.length > 250 && counts.unknown < counts.verdicts / 100);
});

testWithCyclonus('2,000 generated cases: the rules and cyclonus agree', async t => {
  const cases = generated(2000);
  const counts = agree(t, cases, await askCyclonus(cases.map(unambiguous)), 'cyclonus');
  t.true(counts.verdicts > 200_000 && counts.unknown < counts.verdicts / 100);
});

test("892 generated cases: the rules agree with netpol-analyzer's answers, which are kept as data", t => {
  const [cases, answers] = [recorded().map(([one]) => one), recorded().map(([, reach]) => reach)];
  const counts = agree(t, cases, answers, 'netpol-analyzer');
  t.true(counts.verdicts > 80_000 && counts.unknown < counts.verdicts / 100);
});

/** @returns how many verdicts there were, and how many of them the rules left open. */
function agree(
  t: ExecutionContext,
  cases: readonly Case[],
  answers: readonly Reach[],
  name: string,
): { verdicts: number; unknown: number } {
  const sum = { verdicts: 0, unknown: 0 };
  const wrong = cases.flatMap((one, at) => {
    const ours = askRules(one);
    const { verdicts, unknown } = counted(one, ours);
    sum.verdicts += verdicts;
    sum.unknown += unknown;
    const lines = contradictions(ours, answers[at] ?? {}, name);
    return lines.length === 0 ? [] : [{ name: one.name, lines, policies: JSON.stringify(one.policies) }];
  });
  t.deepEqual(wrong.slice(0, 3), [], `${wrong.length} of ${cases.length} cases differ`);
  t.log(`${cases.length} cases, ${sum.verdicts} verdicts, of which the rules cannot tell ${sum.unknown}`);
  return sum;
}
