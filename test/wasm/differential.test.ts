import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import type { NodeInput, Violation } from '../../core/policy.ts';
import { compilePolicies } from '../../scripts/opa.ts';
import { createEvaluator } from '../../wasm/evaluator.ts';
import { createJudge } from '../../wasm/judge.ts';
import { evaluate, opaBinary, testRules, testWithOPA } from '../policies/opa.ts';
import { type Fixtures, inputs } from './inputs.ts';

const seed = Number(process.env.SEED ?? 20261121);
const numRuns = Number(process.env.RUNS ?? 1000);

testWithOPA('every test of the rules is true in wasm as well', t => {
  const rules = testRules();
  t.true(rules.length > 30);
  const ask = createEvaluator(
    new WebAssembly.Module(Uint8Array.from(compilePolicies(opaBinary(), rules, []))),
  );
  t.deepEqual(
    rules.filter(rule => !isDeepStrictEqual(ask({}, rule), { ok: true, value: true })),
    [],
  );
});

type Answer = { readonly verdict: unknown; readonly violations: readonly Violation[] };

testWithOPA(`wasm and OPA answer alike, over ${numRuns} inputs of seed ${seed}`, t => {
  const given = fc.sample(inputs(evaluate<Fixtures>('data.seinode.fixtures_test')), { seed, numRuns });
  const judge = createJudge();
  const reasons = new Map<string, number>();
  const found = new Set<string>();
  for (const [index, theirs] of askOPA(given).entries()) {
    const input = given[index] as unknown as NodeInput;
    const verdict = judge.verdict(input);
    const violations = judge.violations(input);
    const ours = {
      verdict: verdict.ok ? verdict.value : verdict,
      violations: violations.ok ? violations.value : violations,
    };
    const reason = (theirs.verdict as { reason?: string } | undefined)?.reason ?? 'off';
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    for (const { rule, details } of theirs.violations) found.add(`${rule} ${details.reason ?? ''}`);
    t.deepEqual(sorted(ours as Answer), sorted(theirs), `input ${index}: ${JSON.stringify(input)}`);
  }
  t.log(Object.fromEntries(reasons), [...found].toSorted());
  // The inputs reach every reason, many times over.
  t.is(reasons.size, 8);
  t.true(Math.min(...reasons.values()) >= numRuns / 100, JSON.stringify([...reasons]));
  t.true(found.size > 40, [...found].join());
});

function askOPA(given: readonly unknown[]): Answer[] {
  const directory = mkdtempSync(join(tmpdir(), 'differential-'));
  try {
    const file = join(directory, 'data.json');
    writeFileSync(file, JSON.stringify({ given }));
    const query = `[{"verdict": verdict, "violations": violations} | some each in data.given
      verdict := [it | it := data.seinode.tls.verdict with input as each]
      violations := data.seinode.violations with input as each]`;
    const answers = evaluate<{ verdict: unknown[]; violations: Violation[] }[]>(query, '-d', file);
    return answers.map(({ verdict, violations }) => ({ verdict: verdict[0], violations }));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** A set of OPA has an order of its own. */
function sorted({ verdict, violations }: Answer): object {
  return { verdict, violations: violations.map(canonical).toSorted() };
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, it: unknown) =>
    typeof it === 'object' && it !== null && !Array.isArray(it)
      ? Object.fromEntries(Object.entries(it).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : it,
  );
}
