import {
  ambiguousPolicies,
  badPolicies,
  formerlyGoodPolicies,
  goodPolicies,
  manifestOf,
  type PolicyCase,
} from '../core/network/policies.ts';
import { withControlPlane } from './with-control-plane.ts';

const { test, controlPlane } = withControlPlane();

/** As `kubectl apply` asks, which is strict about fields. */
function apply(policy: PolicyCase) {
  return controlPlane().kubectl(['apply', '--dry-run=server', '-f', '-'], { input: manifestOf(policy) });
}

for (const policy of goodPolicies) {
  test(`${policy[0]} is accepted by the API server too`, async t => {
    const { code, stderr } = await apply(policy);
    t.is(code, 0, stderr);
  });
}

for (const policy of badPolicies) {
  test(`${policy[0]} is refused by the API server too`, async t => {
    t.not((await apply(policy)).code, 0);
  });
}

for (const policy of formerlyGoodPolicies) {
  test(`${policy[0]}: the API server says what it has against it now`, async t => {
    const { stderr } = await apply(policy);
    t.regex(
      stderr,
      /must not have (bits set beyond the prefix length|leading 0s in IP or prefix length|an IPv4-mapped IPv6 address)/,
    );
  });
}

for (const policy of ambiguousPolicies) {
  test(`${policy[0]} is dropped by kubectl apply, and kept as "" by kubectl create`, async t => {
    const selectorAfter = async (verb: string, name: string) => {
      const input = manifestOf(policy, name);
      const flags = ['--validate=false', '-o', 'json', '-f', '-'];
      const { stdout } = await controlPlane().kubectl([verb, ...flags], { input });
      return JSON.parse(stdout).spec.podSelector;
    };
    t.deepEqual(await selectorAfter('apply', 'applied'), {});
    t.deepEqual(await selectorAfter('create', 'created'), { matchLabels: { a: '' } });
  });
}

test('a rule that is null is stored as an empty one', async t => {
  const input = manifestOf(['', 'ingress: [null]'], 'empty');
  const { stdout } = await controlPlane().kubectl(['create', '-o', 'json', '-f', '-'], {
    input,
  });
  t.deepEqual(JSON.parse(stdout).spec.ingress, [{}]);
});
