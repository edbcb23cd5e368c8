import fc from 'fast-check';
import type { Network, NetworkPod } from '../../../core/network/network.ts';
import type { LabelSelector, NetworkPolicy } from '../../../core/network/network-policy.ts';

const namespaces = ['arctic', 'default', 'monitoring'];
const key = fc.constantFrom('app', 'tier', 'sei.io/node');
const value = fc.constantFrom('a', 'b', 'c', 'd', '');

const selector: fc.Arbitrary<LabelSelector> = fc.record(
  {
    matchLabels: fc.dictionary(key, value, { maxKeys: 1, noNullPrototype: true }),
    matchExpressions: fc.array(
      fc.oneof(
        fc.record({
          key,
          operator: fc.constantFrom('In' as const, 'NotIn' as const),
          values: fc.uniqueArray(value, { minLength: 1, maxLength: 2 }),
        }),
        fc.record({ key, operator: fc.constantFrom('Exists' as const, 'DoesNotExist' as const) }),
      ),
      { maxLength: 1 },
    ),
  },
  { requiredKeys: [] },
);

const namespaceSelector: fc.Arbitrary<LabelSelector> = fc.oneof(
  fc.constant({}),
  fc
    .constantFrom(...namespaces)
    .map(name => ({ matchLabels: { 'kubernetes.io/metadata.name': name } }) as LabelSelector),
);

const peer = fc.oneof(
  { weight: 4, arbitrary: fc.record({ podSelector: selector, namespaceSelector }, { requiredKeys: [] }) },
  {
    weight: 1,
    arbitrary: fc.record(
      {
        ipBlock: fc.record(
          {
            cidr: fc.constantFrom(
              '10.0.0.0/24',
              '10.0.0.0/28',
              '10.0.0.7/32',
              '0.0.0.0/0',
              '::/0',
              'fd00::10/124',
            ),
            except: fc.constant(['10.0.0.4/30']),
          },
          { requiredKeys: ['cidr'] },
        ),
      },
      { requiredKeys: ['ipBlock'] },
    ),
  },
);

const ports = fc.array(
  fc.record(
    { port: fc.constantFrom<(number | string)[]>(8443, 9100, 'api'), protocol: fc.constant('TCP' as const) },
    { requiredKeys: [] },
  ),
  { maxLength: 2 },
);

function rules<Field extends 'from' | 'to'>(field: Field) {
  const rule = fc.record({ [field]: fc.array(peer, { maxLength: 2 }), ports }, { requiredKeys: [] });
  return fc.array(rule, { maxLength: 2 }) as fc.Arbitrary<never[]>;
}

const spec = fc.record(
  {
    podSelector: selector,
    policyTypes: fc.constantFrom<('Ingress' | 'Egress')[][]>(['Ingress'], ['Egress'], ['Ingress', 'Egress']),
    ingress: rules('from'),
    egress: rules('to'),
  },
  { requiredKeys: ['podSelector'] },
);

/** Pods with few labels, so that selectors hit; some share their labels, some have no address yet. */
const pod = fc.record({
  namespace: fc.constantFrom(...namespaces),
  labels: fc.dictionary(fc.oneof(key, fc.constant('unnamed')), value, { maxKeys: 3, noNullPrototype: true }),
  hostNetwork: fc.boolean(),
  address: fc.option(
    fc.oneof(
      fc.integer({ min: 1, max: 20 }).map(host => `10.0.0.${host}`),
      fc.integer({ min: 1, max: 48 }).map(host => `fd00::${host.toString(16)}`),
    ),
    { nil: undefined },
  ),
});

/** A small network: policies, pods and nothing else. */
export const network: fc.Arbitrary<Network> = fc
  .record({
    policies: fc.array(fc.record({ namespace: fc.constantFrom(...namespaces), spec }), { maxLength: 4 }),
    pods: fc.array(pod, { minLength: 1, maxLength: 8 }),
  })
  .map(({ policies, pods }) => ({
    policies: policies.map(({ namespace, spec }, at): NetworkPolicy => {
      const metadata = { namespace, name: `p${at}` };
      return { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata, spec };
    }),
    pods: pods.map(
      ({ namespace, labels, hostNetwork, address }, at): NetworkPod => ({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { namespace, name: `pod-${at}`, labels },
        spec: { hostNetwork: hostNetwork && at % 3 === 0, containers: [{ ports: [named(at)] }] },
        status: address === undefined ? {} : { podIP: address },
      }),
    ),
    namespaces: new Map(namespaces.map(name => [name, { 'kubernetes.io/metadata.name': name }])),
    caveats: [],
  }));

function named(at: number) {
  return { name: 'api', containerPort: at % 2 === 0 ? 8443 : 9100, protocol: 'TCP' };
}
