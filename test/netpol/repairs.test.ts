import test from 'ava';
import { judgeTargets } from '../../core/network/judgement.ts';
import type { Network } from '../../core/network/network.ts';
import { type NetworkPolicy, defaultParameters as parameters } from '../../core/network/network-policy.ts';
import { type Repair, repairer } from '../../core/network/repair.ts';
import { type Target, targetKey } from '../../core/network/targets.ts';
import type { NetworkViolation } from '../../core/policy.ts';
import { createJudge } from '../../wasm/judge.ts';
import { type Case, podKey } from './case.ts';
import { generated } from './generate.ts';
import { patched } from './json-patch.ts';
import { around, pods, targetsAmong, template } from './mutated.ts';
import { mutations } from './mutations.ts';
import { askRules, networkAndTargets } from './ours.ts';

const { networkViolations: ask } = createJudge();

for (const { mistake, policies } of mutations) {
  test(`${mistake}: the repairs that are offered, one after the other, leave nothing to find`, t => {
    let left = policies(template).map(asStored);
    for (let round = 0; round < 8; round += 1) {
      const network = around(left, pods);
      const targets = targetsAmong(pods);
      const [first] = errors(network, targets);
      if (first === undefined) break;
      const repair = repairer({ network, targets, parameters, ask })(first.violation, first.target);
      left = repair === undefined ? t.fail(`no repair: ${first.violation.message}`) : repaired(left, repair);
    }
    t.deepEqual(errors(around(left, pods), targetsAmong(pods)), []);
  });
}

test('in generated networks nearly every error has a repair, and one that changes policies changes no other port', t => {
  const count = { errors: 0, patched: 0, without: 0 };
  for (const one of generated(100, 11).map(ofNodes)) {
    const { network, targets } = networkAndTargets(one);
    const before = askRules(one).reach;
    for (const { violation, target } of errors(network, targets)) {
      const among = targets.filter(({ namespace }) => namespace === target.namespace);
      const repair = repairer({ network, targets: among, parameters, ask })(violation, target);
      count.errors += 1;
      count.without += Number(repair === undefined);
      if (repair === undefined || repair.create !== undefined) continue;
      count.patched += 1;
      const after = askRules({ ...one, policies: repaired(one.policies, repair) }).reach;
      const port = `:${violation.details.port}`;
      for (const to of Object.keys(before).filter(to => !to.endsWith(port))) {
        t.deepEqual(after[to], before[to], `${one.name}, ${targetKey(target)}: ${violation.message}`);
      }
    }
  }
  t.true(count.patched > 500 && count.without < count.errors / 200, JSON.stringify(count));
});

type Found = { readonly violation: NetworkViolation; readonly target: Target };

function errors(network: Network, targets: readonly Target[]): Found[] {
  const found = judgeTargets(network, targets, parameters, ask);
  if (!found.ok) throw new Error(found.error);
  return found.value.flatMap(({ targets: [target], violations }) =>
    violations
      .filter(({ severity }) => severity === 'error')
      .flatMap(violation => (target === undefined ? [] : [{ violation, target }])),
  );
}

function repaired(policies: readonly NetworkPolicy[], { patches, create }: Repair): NetworkPolicy[] {
  const changed = policies.map(policy => {
    const key = `${policy.metadata.namespace}/${policy.metadata.name}`;
    return patches
      .filter(patch => patch.policy === key)
      .reduce((one, { operations }) => asStored(patched(one, operations)), policy);
  });
  return create === undefined ? changed : [...changed, create];
}

/** Every pod is a node's; policies as the API server keeps them. */
function ofNodes(one: Case): Case {
  const nodes = one.pods.map(pod => ({
    ...pod,
    labels: { ...pod.labels, 'sei.io/node': podKey(pod).replace('/', '-') },
  }));
  return { ...one, pods: nodes, policies: one.policies.map(asStored) };
}

/** As the API server keeps it: with the protocol, and without lists of a rule that are empty. */
function asStored(policy: NetworkPolicy): NetworkPolicy {
  return JSON.parse(JSON.stringify(policy), (key, value) => {
    if (['from', 'to', 'ports'].includes(key) && value.length === 0) return undefined;
    return key === 'ports' ? value.map((port: object) => ({ protocol: 'TCP', ...port })) : value;
  });
}
