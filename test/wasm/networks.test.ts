import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { NetworkAnswer, NetworkInput } from '../../core/network/question.ts';
import type { NetworkViolation } from '../../core/policy.ts';
import { createJudge } from '../../wasm/judge.ts';
import { networkInputs } from '../policies/networks.ts';
import { evaluate, testWithOPA } from '../policies/opa.ts';
import { junk } from './inputs.ts';
import { spoiled } from './workloads.ts';

const seed = Number(process.env.SEED ?? 20261121);
const numRuns = Number(process.env.RUNS ?? 1000);

type Answer = { readonly reach: NetworkAnswer | undefined; readonly violations: readonly NetworkViolation[] };

const inputs = fc.oneof(
  { weight: 4, arbitrary: networkInputs },
  {
    weight: 1,
    arbitrary: networkInputs.chain(input => spoiled(input, junk()) as fc.Arbitrary<NetworkInput>),
  },
);

testWithOPA(`wasm and OPA judge networks alike, over ${numRuns} of seed ${seed}`, t => {
  const given = fc.sample(inputs, { seed, numRuns });
  const judge = createJudge();
  const found = new Map<string, number>();
  for (const [index, theirs] of askOPA(given).entries()) {
    const input = given[index] as NetworkInput;
    const about = `input ${index}: ${JSON.stringify(input)}`;
    const [reach, violations] = [judge.reach(input), judge.networkViolations(input)];
    const ours = {
      reach: reach.ok ? reach.value : reach,
      violations: violations.ok ? violations.value : violations,
    };
    t.deepEqual(comparable(ours as Answer), comparable(theirs), about);
    for (const { rule, severity } of theirs.violations) {
      found.set(`${rule} ${severity}`, (found.get(`${rule} ${severity}`) ?? 0) + 1);
    }
  }
  t.log(Object.fromEntries(found));
  t.true(found.size >= 6 && Math.min(...found.values()) >= numRuns / 100);
});

function askOPA(given: readonly unknown[]): Answer[] {
  const directory = mkdtempSync(join(tmpdir(), 'networks-'));
  try {
    const file = join(directory, 'data.json');
    writeFileSync(file, JSON.stringify({ given }));
    const query = `[{"reach": reach, "violations": violations} | some each in data.given
      reach := [it | it := data.seinode.netpol.reach with input as {"network": each}]
      violations := data.seinode.violations with input as {"network": each}]`;
    const answers = evaluate<{ reach: NetworkAnswer[]; violations: NetworkViolation[] }[]>(query, '-d', file);
    return answers.map(({ reach, violations }) => ({ reach: reach[0], violations }));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Lists that come in no order are sorted, and a peer is whom it stands for, since their numbers differ. */
function comparable({ reach, violations }: Answer): object {
  const who = reach?.who.map(each => text(each)) ?? [];
  return {
    violations: violations.map(each => text(each, false)).toSorted(),
    ingress: text(reach?.ingress),
    who: who.toSorted(),
    peers: reach?.peers.map(rules =>
      rules.map(peers => peers.map(peer => (peer === null ? null : who[peer]))),
    ),
    egress: text(reach?.egress),
    lets: text(reach?.lets),
  };
}

/** A value as text, whatever the order of its fields, and of its lists where they come in none. */
function text(value: unknown, unordered = true): string {
  if (Array.isArray(value)) {
    const items = value.map(item => text(item, unordered));
    return `[${unordered ? items.toSorted() : items}]`;
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'undefined';
  return `{${Object.entries(value)
    .map(([key, field]) => `${key}:${text(field, unordered)}`)
    .toSorted()}}`;
}
