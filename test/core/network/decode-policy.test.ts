import test from 'ava';
import fc from 'fast-check';
import { decodeNetworkPolicy } from '../../../core/network/decode-policy.ts';
import { type Fields, isFields } from '../../../core/schema/structural.ts';
import { readText } from '../../plugin/source/manifests.ts';
import { damaged } from './damaged.ts';
import {
  ambiguousPolicies,
  badPolicies,
  formerlyGoodPolicies,
  goodPolicies,
  manifestOf,
} from './policies.ts';

for (const policy of [...goodPolicies, ...formerlyGoodPolicies, ...badPolicies, ...ambiguousPolicies]) {
  const [title, , ...fields] = policy;
  test(`${title} is ${fields.length === 0 ? 'accepted' : `a fault of ${fields.join(', ')}`}`, async t => {
    const { faults, network } = await readText(manifestOf(policy));
    t.deepEqual(
      faults.map(({ field }) => field),
      fields,
      JSON.stringify(faults),
    );
    t.is(network.policies.length, fields.length === 0 ? 1 : 0);
    t.deepEqual(
      network.caveats.map(({ why }) => why),
      fields.length === 0 ? [] : ['NetworkPolicy default/x could not be read'],
    );
  });
}

const head = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'x' } };
const specOf = (spec: object) => decodeNetworkPolicy({ ...head, spec }, 'default').policy.spec;

test('a rule that is null is an empty one, as Go reads it: it lets everybody in', t => {
  t.deepEqual(specOf({ ingress: [null] }), { ingress: [{}] });
});

test('of the metadata only name and namespace are kept', t => {
  const metadata = { name: 'x', labels: { a: 'b' }, annotations: { c: 'd' }, managedFields: [{}] };
  const { faults, policy } = decodeNetworkPolicy({ ...head, metadata }, 'arctic');
  t.deepEqual(faults, []);
  t.deepEqual(policy, { ...head, metadata: { name: 'x', namespace: 'arctic' } } as never);
});

test('no value makes the decoder throw, and what it accepts can be walked', t => {
  const selector = {
    matchLabels: { a: 'b' },
    matchExpressions: [{ key: 'c', operator: 'In', values: ['d'] }],
  };
  const rules = [
    { podSelector: selector, namespaceSelector: selector },
    { ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } },
  ];
  const ports = [{ protocol: 'TCP', port: 80, endPort: 90 }, { port: 'http' }];
  const right = {
    ...head,
    spec: {
      podSelector: selector,
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ from: rules, ports }],
      egress: [{ to: rules, ports }],
    },
  };
  t.deepEqual(decodeNetworkPolicy(right, 'default').faults, []);
  t.notThrows(() =>
    fc.assert(
      fc.property(fc.oneof(fc.anything(), damaged(right)).filter(isFields), value => {
        const { faults, policy } = decodeNetworkPolicy(value as Fields, 'default');
        if (faults.length === 0)
          for (const { from } of policy.spec?.ingress ?? []) from?.map(peer => peer.ipBlock?.cidr.length);
      }),
      { seed: 8, numRuns: 10_000 },
    ),
  );
});
