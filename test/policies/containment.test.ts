import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { PodsSelector } from '../../core/network/network-policy.ts';
import { pods } from './networks.ts';
import { evaluate, testWithOPA } from './opa.ts';
import { everyPod, isAuthorised } from './oracle.ts';

const seed = Number(process.env.SEED ?? 20261121);
const numRuns = Number(process.env.RUNS ?? 2000);

const everybody = everyPod({ namespaces: {} } as never);

testWithOPA(`what lies outside of selectors is told exactly, over ${numRuns} of seed ${seed}`, t => {
  const given = fc.sample(
    fc.record({
      inside: pods,
      groups: fc.oneof(
        { weight: 3, arbitrary: fc.array(pods, { maxLength: 3 }) },
        { weight: 1, arbitrary: fc.array(pods, { minLength: 4, maxLength: 6 }) },
      ),
    }),
    { seed, numRuns },
  );
  const counts = { somebody: 0, nobody: 0, untold: 0 };
  for (const [index, outside] of askOPA(given).entries()) {
    const { inside, groups } = given[index]!;
    const about = JSON.stringify({ ...given[index], outside });
    const strangers = everybody.filter(
      pod => isAuthorised(inside, pod) && !groups.some(group => isAuthorised(group, pod)),
    );
    if (outside === null) t.true(groups.length > 3, about);
    else t.is(outside.length > 0, strangers.length > 0, about);
    for (const { namespace, pod } of outside ?? []) {
      const example = {
        namespace: namespace['kubernetes.io/metadata.name']!,
        namespaceLabels: namespace,
        labels: pod,
      };
      t.true(isAuthorised(inside, example), about);
      t.false(
        groups.some(group => isAuthorised(group, example)),
        about,
      );
    }
    counts[outside === null ? 'untold' : outside.length > 0 ? 'somebody' : 'nobody'] += 1;
  }
  t.log(counts);
  t.true(Math.min(...Object.values(counts)) > numRuns / 100);
});

type Example = Record<'namespace' | 'pod', Record<string, string>>;

/** An example of each description of those who meet the first and none of the others; null where that is not told. */
function askOPA(
  given: readonly { inside: PodsSelector; groups: readonly PodsSelector[] }[],
): (Example[] | null)[] {
  const directory = mkdtempSync(join(tmpdir(), 'containment-'));
  try {
    const file = join(directory, 'data.json');
    writeFileSync(file, JSON.stringify({ given }));
    const query = `[told | some each in data.given
      inside := data.seinode.netpol.guard.requirements_of_pods(each.inside)
      groups := [data.seinode.netpol.guard.requirements_of_pods(group) | some group in each.groups]
      found := [it | it := data.seinode.netpol.containment.outside(inside, groups)]
      told := [[data.seinode.netpol.containment.example(described) | some described in outside] | some outside in found]]`;
    return evaluate<Example[][][]>(query, '-d', file).map(([outside]) => outside ?? null);
  } finally {
    rmSync(directory, { recursive: true });
  }
}
