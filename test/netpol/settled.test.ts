import test from 'ava';
import type { Labels, NetworkPolicy } from '../../core/network/network-policy.ts';
import { whyNoGo } from '../go-program.ts';
import { requires } from '../requires.ts';
import { type Case, policy } from './case.ts';
import { askCyclonus } from './cyclonus.ts';
import { askRules } from './ours.ts';
import { recipes } from './recipes.ts';

// Where an analyser or a recipe says otherwise than the rules, the API's documentation decides: its sentence, and by it
// who reaches arctic/n0 on 8443. The sources are arctic/bare without labels, arctic/empty and arctic/a with `k`.
type Settled = {
  readonly title: string;
  readonly sentence: string;
  readonly spec: NonNullable<NetworkPolicy['spec']>;
  readonly reach: readonly string[];
  /** What cyclonus says instead. */
  readonly cyclonus?: readonly string[];
};

const all = ['203.0.113.7', 'arctic/a', 'arctic/bare', 'arctic/empty', 'other/pod'];
const n0 = { podSelector: { matchLabels: { app: 'n0' } } };

const settled: readonly Settled[] = [
  {
    title: 'NotIn matches a pod without the key',
    sentence:
      'selects all resources with key equal to tier and values other than frontend and backend, and all resources with no labels with the tier key',
    spec: {
      ...n0,
      policyTypes: ['Ingress'],
      ingress: [
        { from: [{ podSelector: { matchExpressions: [{ key: 'k', operator: 'NotIn', values: ['a'] }] } }] },
      ],
    },
    reach: ['arctic/bare', 'arctic/empty'],
    cyclonus: ['arctic/empty'],
  },
  {
    title: 'an empty value in matchLabels needs the key',
    sentence:
      'A single {key,value} in the matchLabels map is equivalent to an element of matchExpressions, whose key field is "key", the operator is "In", and the values array contains only "value".',
    spec: {
      ...n0,
      policyTypes: ['Ingress'],
      ingress: [{ from: [{ podSelector: { matchLabels: { k: '' } } }] }],
    },
    reach: ['arctic/empty'],
    cyclonus: ['arctic/bare', 'arctic/empty'],
  },
  {
    title: 'a selector that selects everything selects pods, never an address outside the cluster',
    sentence: 'podSelector is a label selector which selects pods.',
    spec: {
      ...n0,
      policyTypes: ['Ingress'],
      ingress: [{ from: [{ namespaceSelector: {}, podSelector: {} }] }],
    },
    reach: all.slice(1),
  },
  {
    title: 'a protocol without a port is about that protocol alone',
    sentence: 'protocol represents the protocol (TCP, UDP, or SCTP) which traffic must match.',
    spec: { ...n0, policyTypes: ['Ingress'], ingress: [{ ports: [{ protocol: 'UDP' }] }] },
    reach: [],
  },
  {
    title: 'a port by a name that the pod does not have lets nobody in',
    sentence: 'This can either be a numerical or named port on a pod.',
    spec: { ...n0, policyTypes: ['Ingress'], ingress: [{ ports: [{ port: 'nobody-has-this' }] }] },
    reach: [],
  },
  {
    title: 'rules of a type that is not among policyTypes have no effect',
    sentence: 'policyTypes is a list of rule types that the NetworkPolicy relates to.',
    spec: { ...n0, policyTypes: ['Egress'], ingress: [], egress: [{}] },
    reach: all,
  },
  {
    title: 'an empty list of egress rules implies no Egress',
    sentence:
      'Likewise, if you want to write a policy that specifies that no egress is allowed, you must specify a policyTypes value that include "Egress" (since such a policy would not include an egress section and would otherwise default to just [ "Ingress" ]).',
    spec: { podSelector: { matchLabels: { k: 'a' } }, egress: [] },
    reach: all,
  },
  {
    title: 'an egress section implies Egress, and Ingress with it',
    sentence:
      'policies that contain an egress section are assumed to affect egress, and all policies (whether or not they contain an ingress section) are assumed to affect ingress.',
    spec: { podSelector: {}, egress: [{ ports: [{ port: 53 }] }] },
    reach: [],
  },
  {
    title: 'a namespace has the label of its name, whether its manifest says so or not',
    sentence:
      'The Kubernetes control plane sets an immutable label kubernetes.io/metadata.name on all namespaces, the value of the label is the namespace name.',
    spec: {
      ...n0,
      policyTypes: ['Ingress'],
      ingress: [
        { from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'other' } } }] },
      ],
    },
    reach: ['other/pod'],
  },
  {
    title: 'a range ends with endPort',
    sentence:
      'endPort indicates that the range of ports from port to endPort if set, inclusive, should be allowed by the policy.',
    spec: { ...n0, policyTypes: ['Ingress'], ingress: [{ ports: [{ port: 8000, endPort: 8443 }] }] },
    reach: all,
  },
];

for (const { title, sentence, spec, reach } of settled) {
  test(`${title}: «${sentence}»`, t => {
    t.deepEqual(askRules(network(spec)).reach['arctic/n0:8443'], reach);
  });
}

requires('Go 1.26 to build cyclonus', whyNoGo() === undefined)(
  'where cyclonus says otherwise, it still does',
  async t => {
    const differing = settled.filter(({ cyclonus }) => cyclonus !== undefined);
    const answers = await askCyclonus(differing.map(({ spec }) => network(spec)));
    t.deepEqual(
      answers.map(answer => answer['arctic/n0:8443']),
      differing.map(({ cyclonus }) => cyclonus ?? []),
    );
  },
);

test('recipe 14 has `foo` reach `web`: «Outgoing traffic is allowed if there are no NetworkPolicies selecting the pod (…) OR if the traffic matches at least one egress rule across all of the NetworkPolicy objects whose podSelector matches the pod.»', t => {
  const recipe = recipes.find(({ name }) => name.startsWith('14')) as Case;
  t.false(askRules(recipe).reach['default/web:80']?.includes('default/foo'));
});

function network(spec: NonNullable<NetworkPolicy['spec']>): Case {
  const pod = (namespace: string, name: string, labels: Labels, at: number) => {
    return { namespace, name, labels, ip: `10.0.0.${at}`, ports: [{ name: 'api', containerPort: 8443 }] };
  };
  return {
    name: 'settled',
    namespaces: { arctic: {}, other: {} },
    pods: [
      pod('arctic', 'n0', { app: 'n0' }, 1),
      pod('arctic', 'bare', {}, 2),
      pod('arctic', 'empty', { k: '' }, 3),
      pod('arctic', 'a', { k: 'a' }, 4),
      pod('other', 'pod', {}, 5),
    ],
    policies: [policy('arctic', 'one', spec)],
    ports: [8443],
    addresses: ['203.0.113.7'],
  };
}
