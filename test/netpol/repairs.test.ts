import test from 'ava';
import { judgeTargets } from '../../core/network/judgement.ts';
import { defaultParameters, type NetworkPolicy } from '../../core/network/network-policy.ts';
import { repairOf } from '../../core/network/repair.ts';
import { createJudge } from '../../wasm/judge.ts';
import { patched } from './json-patch.ts';
import { around, pods, targetsAmong, template } from './mutated.ts';
import { mutations } from './mutations.ts';

const judge = createJudge();

for (const { mistake, policies } of mutations) {
  test(`${mistake}: the repairs that are offered, one after the other, leave nothing to find`, t => {
    let left = policies(template).map(asStored);
    for (let round = 0; round < 8; round += 1) {
      const next = repaired(left);
      if (next === undefined) break;
      left = next;
    }
    t.deepEqual(
      errors(left).map(({ violation }) => violation.message),
      [],
    );
  });
}

/** Applies the repair of the first error; undefined where there is none. @throws where it has no repair. */
function repaired(policies: readonly NetworkPolicy[]): NetworkPolicy[] | undefined {
  const [first] = errors(policies);
  if (first === undefined) return undefined;
  const { violation, target } = first;
  const network = around(policies, pods);
  const targets = targetsAmong(pods);
  const repair = repairOf(violation, target, {
    network,
    targets,
    parameters: defaultParameters,
    ask: judge.networkViolations,
  });
  if (repair === undefined) throw new Error(`no repair: ${violation.message}`);
  const changed = policies.map(policy => {
    const key = `${policy.metadata.namespace}/${policy.metadata.name}`;
    return repair.patches
      .filter(patch => patch.policy === key)
      .reduce((one, { operations }) => asStored(patched(one, operations)), policy);
  });
  return repair.create === undefined ? changed : [...changed, repair.create];
}

function errors(policies: readonly NetworkPolicy[]) {
  const found = judgeTargets(
    around(policies, pods),
    targetsAmong(pods),
    defaultParameters,
    judge.networkViolations,
  );
  if (!found.ok) throw new Error(found.error);
  return found.value.flatMap(({ targets: [target], violations }) =>
    violations
      .filter(({ severity }) => severity === 'error')
      .flatMap(violation => (target === undefined ? [] : [{ violation, target }])),
  );
}

/** As the API server keeps it: with the protocol, and without lists of a rule that are empty. */
function asStored(policy: NetworkPolicy): NetworkPolicy {
  return JSON.parse(JSON.stringify(policy), (key, value) => {
    if (['from', 'to', 'ports'].includes(key) && value.length === 0) return undefined;
    return key === 'ports' ? value.map((port: object) => ({ protocol: 'TCP', ...port })) : value;
  });
}
