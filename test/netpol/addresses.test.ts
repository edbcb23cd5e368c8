import test from 'ava';
import type { NetworkPolicy } from '../../core/network/network-policy.ts';
import { type Case, policy } from './case.ts';
import { askRules } from './ours.ts';

// Whether an ipBlock means a pod depends on the network: what only one would decide is unknown, never closed or open.
const block = { ipBlock: { cidr: '10.0.0.0/24', except: ['10.0.0.128/25'] } };
const ingress: NetworkPolicy['spec'] = {
  podSelector: { matchLabels: { app: 'n0' } },
  ingress: [{ from: [block] }],
};
const egress: NetworkPolicy['spec'] = {
  podSelector: { matchLabels: { app: 'peer' } },
  policyTypes: ['Egress'],
  egress: [{ to: [block] }],
};

const table: readonly (readonly [
  title: string,
  spec: NetworkPolicy['spec'],
  addresses: { readonly n0?: string; readonly peer?: string },
  answer: 'from' | 'denied' | 'unknown',
])[] = [
  ['a pod inside the block that is let in', ingress, { n0: '10.0.1.1', peer: '10.0.0.2' }, 'unknown'],
  ['a pod inside what the block excepts', ingress, { n0: '10.0.1.1', peer: '10.0.0.129' }, 'denied'],
  ['a pod outside the block', ingress, { n0: '10.0.1.1', peer: '10.0.1.2' }, 'denied'],
  ['a pod without an address yet', ingress, { n0: '10.0.1.1' }, 'unknown'],
  [
    'a target inside the block that a pod is let out to',
    egress,
    { n0: '10.0.0.1', peer: '10.0.1.2' },
    'unknown',
  ],
  ['a target inside what that block excepts', egress, { n0: '10.0.0.129', peer: '10.0.1.2' }, 'denied'],
  ['a target outside that block', egress, { n0: '10.0.1.1', peer: '10.0.1.2' }, 'denied'],
  ['a target without an address yet', egress, { peer: '10.0.1.2' }, 'unknown'],
];

for (const [title, spec, addresses, answer] of table) {
  test(`${title}: ${answer}`, t => {
    const { reach, unknown } = askRules(network(spec, addresses));
    const found = reach['arctic/n0:8443']?.length
      ? 'from'
      : unknown['arctic/n0:8443']?.length
        ? 'unknown'
        : 'denied';
    t.is(found, answer);
  });
}

function network(
  spec: NetworkPolicy['spec'],
  { n0, peer }: { readonly n0?: string; readonly peer?: string },
): Case {
  return {
    name: 'addresses',
    namespaces: { arctic: {} },
    pods: [
      { namespace: 'arctic', name: 'n0', labels: { app: 'n0' }, ...(n0 && { ip: n0 }) },
      { namespace: 'arctic', name: 'peer', labels: { app: 'peer' }, ...(peer && { ip: peer }) },
    ],
    policies: [policy('arctic', 'one', spec)],
    ports: [8443],
  };
}
