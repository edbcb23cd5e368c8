import test from 'ava';
import { questionOf } from '../../core/network/classes.ts';
import type { NetworkPod } from '../../core/network/network.ts';
import { defaultParameters, type NetworkPolicy } from '../../core/network/network-policy.ts';
import { createJudge } from '../../wasm/judge.ts';
import { around, pods, targetsAmong, template } from './mutated.ts';
import { mutations } from './mutations.ts';

const judge = createJudge();

test('the template itself is clean', t => {
  t.deepEqual(found([template], pods), []);
  t.deepEqual(found([template], []), []);
});

for (const { mistake, policies, rules, byPods = [] } of mutations) {
  test(`${mistake}: ${rules.join(' and ')}, whether the pods are there already or not`, t => {
    t.deepEqual(found(policies(template), pods), rules);
    const untold: readonly string[] = byPods;
    t.deepEqual(
      found(policies(template), []),
      rules.filter(rule => !untold.includes(rule)),
    );
  });
}

test('there are mistakes enough, and each is one', t => {
  t.true(mutations.length >= 50);
  for (const { mistake, policies } of mutations) {
    t.notDeepEqual(policies(template), [template], mistake);
  }
});

/** The rules that find an error at a node under TLS or one without, sorted. */
function found(policies: readonly NetworkPolicy[], pods: readonly NetworkPod[]): string[] {
  const { input } = questionOf(around(policies, pods), targetsAmong(pods), defaultParameters);
  const violations = judge.networkViolations(input);
  if (!violations.ok) throw new Error(violations.error);
  const errors = violations.value.filter(({ severity }) => severity === 'error');
  return [...new Set(errors.map(({ rule }) => names[rule] ?? rule))].sort();
}

const names: Readonly<Record<string, string>> = {
  'netpol-tasks-port': 'tasks',
  'netpol-public-port': 'public',
  'netpol-blocked': 'blocked',
};
