import {
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
    t.regex(stderr, /must not have (bits set beyond the prefix length|an IPv4-mapped IPv6 address)/);
  });
}

test('null among labels is stored as the value "", and a rule that is null as an empty one', async t => {
  const policy: PolicyCase = ['', 'podSelector: {matchLabels: {a: }}\ningress: [null]'];
  const { stdout } = await controlPlane().kubectl(['create', '--dry-run=server', '-o', 'json', '-f', '-'], {
    input: manifestOf(policy),
  });
  const { podSelector, ingress } = JSON.parse(stdout).spec;
  t.deepEqual([podSelector, ingress], [{ matchLabels: { a: '' } }, [{}]]);
});
