import type {
  IngressRule,
  LabelSelector,
  NetworkPolicy,
  NetworkPolicyPeer,
  NetworkPolicyPort,
} from '../../core/network/network-policy.ts';
import { policy } from './case.ts';

/** A plausible mistake in examples/networkpolicy, or around it, and the rules that say so. */
export type Mutation = {
  readonly mistake: string;
  /** What the policy becomes, and what else there is. */
  readonly policies: (template: NetworkPolicy) => readonly NetworkPolicy[];
  /** `tasks`, `public` and `blocked`: netpol-tasks-port and so on. */
  readonly rules: readonly ('tasks' | 'public' | 'blocked')[];
  /** Those of them that only pods tell, which must be there. */
  readonly byPods?: readonly 'blocked'[];
};

const open = ['public', 'tasks'] as const;
const named = (name: string): LabelSelector => ({ matchLabels: { 'kubernetes.io/metadata.name': name } });
const labels = { 'control-plane': 'controller-manager', 'app.kubernetes.io/name': 'sei-k8s-controller' };
const controllers = named('sei-k8s-controller-system');
const controller: NetworkPolicyPeer = {
  namespaceSelector: controllers,
  podSelector: { matchLabels: labels },
};
const expression = (key: string, operator: 'In' | 'NotIn', ...values: string[]): LabelSelector => ({
  matchExpressions: [{ key, operator, values }],
});
const exists = (key: string): LabelSelector => ({ matchExpressions: [{ key, operator: 'Exists' }] });
const pods = (podSelector: LabelSelector): NetworkPolicyPeer => ({ ...controller, podSelector });
const inNamespace = (namespaceSelector: LabelSelector): NetworkPolicyPeer => ({
  ...controller,
  namespaceSelector,
});

export const mutations: readonly Mutation[] = [
  // Whom the tasks are for.
  tasksFrom(
    'a typo in a label of the controller',
    [pods({ matchLabels: { ...labels, 'control-plane': 'controler-manager' } })],
    'blocked',
    'tasks',
  ),
  tasksFrom(
    'two peers where one was meant',
    [{ namespaceSelector: controllers }, { podSelector: { matchLabels: labels } }],
    'tasks',
  ),
  tasksFrom("any pod of the controller's namespace", [{ namespaceSelector: controllers }], 'tasks'),
  tasksFrom('an empty podSelector', [pods({})], 'tasks'),
  tasksFrom(
    "the controller's labels in the nodes' namespace",
    [{ podSelector: { matchLabels: labels } }],
    'blocked',
    'tasks',
  ),
  tasksFrom("the controller's labels in any namespace", [inNamespace({})], 'tasks'),
  tasksFrom('another namespace', [inNamespace(named('sei-system'))], 'blocked', 'tasks'),
  tasksFrom(
    'one namespace more',
    [inNamespace(expression('kubernetes.io/metadata.name', 'In', 'sei-k8s-controller-system', 'default'))],
    'tasks',
  ),
  tasksFrom(
    'every namespace but one',
    [inNamespace(expression('kubernetes.io/metadata.name', 'NotIn', 'default'))],
    'tasks',
  ),
  tasksFrom('a namespace with any name', [inNamespace(exists('kubernetes.io/metadata.name'))], 'tasks'),
  {
    ...tasksFrom(
      "a label that the controller's namespace does not have",
      [inNamespace({ matchLabels: { team: 'controller' } })],
      'blocked',
      'tasks',
    ),
    byPods: ['blocked'],
  },
  tasksFrom(
    'one of the two labels',
    [pods({ matchLabels: { 'control-plane': 'controller-manager' } })],
    'tasks',
  ),
  tasksFrom('a label with any value', [pods(exists('control-plane'))], 'tasks'),
  tasksFrom(
    'a label with one value more',
    [
      pods({
        matchLabels: { 'app.kubernetes.io/name': 'sei-k8s-controller' },
        ...expression('control-plane', 'In', 'controller-manager', 'debug'),
      }),
    ],
    'tasks',
  ),
  tasksFrom(
    'a label with every value but one',
    [pods(expression('app.kubernetes.io/name', 'NotIn', 'curl'))],
    'tasks',
  ),
  tasksFrom(
    'all but the controller',
    [pods(expression('app.kubernetes.io/name', 'NotIn', 'sei-k8s-controller'))],
    'blocked',
    'tasks',
  ),
  tasksFrom('every address', [controller, { ipBlock: { cidr: '0.0.0.0/0' } }], 'tasks'),
  tasksFrom(
    'an office network',
    [controller, { ipBlock: { cidr: '203.0.113.0/24', except: ['203.0.113.0/25'] } }],
    'tasks',
  ),
  tasksFrom("the nodes' namespace as well", [controller, { podSelector: {} }], 'tasks'),
  tasksFrom('an empty list of peers', [], 'tasks'),
  rule('no list of peers for the tasks', 0, ({ ports }) => ({ ...(ports && { ports }) }), 'tasks'),
  // The ports of the tasks.
  tasksTo('no list of ports: the controller gets 9100', undefined, 'public'),
  tasksTo(
    'UDP',
    [
      { protocol: 'UDP', port: 8443 },
      { protocol: 'TCP', port: 7777 },
    ],
    'blocked',
  ),
  tasksTo('a name that no container has', [{ port: 'tasks' }, { port: 7777 }], 'blocked'),
  tasksTo('8443 forgotten', [{ port: 7777 }], 'blocked'),
  tasksTo('7777 forgotten', [{ port: 8443 }], 'blocked'),
  tasksTo('a digit lost', [{ port: 843 }, { port: 7777 }], 'blocked'),
  tasksTo('a range that ends too late', [{ port: 7777, endPort: 9999 }], 'public'),
  tasksTo('a range that ends too early', [{ port: 7777, endPort: 8442 }], 'blocked'),
  // Monitoring.
  rule('9100 for everybody', 1, ({ ports }) => ({ ...(ports && { ports }) }), 'public'),
  rule('every port for monitoring', 1, ({ from }) => ({ ...(from && { from }) }), 'tasks'),
  rule(
    'a range for monitoring that holds the tasks',
    1,
    one => ({ ...one, ports: [{ port: 7777, endPort: 9100 }] }),
    'tasks',
  ),
  rule('the port of the Service, not of the pod', 1, one => ({ ...one, ports: [{ port: 80 }] }), 'blocked'),
  rule(
    'a typo in the namespace of monitoring',
    1,
    one => ({ ...one, from: [{ namespaceSelector: named('monitorin') }] }),
    'blocked',
    'public',
  ),
  rule(
    'a private network for monitoring',
    1,
    one => ({ ...one, from: [...(one.from ?? []), { ipBlock: { cidr: '10.0.0.0/8' } }] }),
    'public',
  ),
  rule(
    "monitoring looked for in the nodes' namespace",
    1,
    one => ({ ...one, from: [{ podSelector: { matchLabels: { app: 'prometheus' } } }] }),
    'blocked',
    'public',
  ),
  // What is open to everybody.
  rule(
    '9100 among the open ports',
    2,
    one => ({ ...one, ports: [...(one.ports ?? []), { port: 9100 }] }),
    'public',
  ),
  rule(
    '8443 among the open ports',
    2,
    one => ({ ...one, ports: [...(one.ports ?? []), { port: 8443 }] }),
    'tasks',
  ),
  rule('an open range over 9100', 2, one => ({ ...one, ports: [{ port: 8545, endPort: 9300 }] }), 'public'),
  rule('every TCP port open', 2, () => ({ ports: [{ protocol: 'TCP' }] }), ...open),
  rule('an empty rule', 2, () => ({}), ...open),
  // The policy itself.
  spec('no rules', { ingress: [] }, 'blocked'),
  spec('rules forgotten', { ingress: [{}] }, ...open),
  spec('Egress only', { policyTypes: ['Egress'] }, ...open),
  spec('a typo in the label of nodes', { podSelector: exists('sei.io/nodes') }, ...open),
  spec('one node by name', { podSelector: { matchLabels: { 'sei.io/node': 'n0' } } }, ...open),
  spec('every node but one', { podSelector: expression('sei.io/node', 'NotIn', 'n0') }, ...open),
  spec('nodes of another chain', { podSelector: { matchLabels: { 'sei.io/chain': 'pacific-1' } } }, ...open),
  { mistake: 'the policy in another namespace', policies: one => [moved(one, 'default')], rules: open },
  { mistake: 'the policy deleted', policies: () => [], rules: open },
  // Other policies.
  beside(
    'a second policy that opens everything',
    policy('arctic', 'debug', { podSelector: {}, ingress: [{}] }),
    ...open,
  ),
  beside(
    'a second policy that opens a port',
    policy('arctic', 'debug', { podSelector: {}, ingress: [{ ports: [{ port: 9100 }] }] }),
    'public',
  ),
  beside(
    'a second policy for the namespace',
    policy('arctic', 'same', { podSelector: {}, ingress: [{ from: [{ podSelector: {} }] }] }),
    ...open,
  ),
  beside(
    'no egress of the controller',
    policy('sei-k8s-controller-system', 'deny', { podSelector: {}, policyTypes: ['Egress'] }),
    'blocked',
  ),
  beside(
    'the controller may dial DNS and the API server only',
    policy('sei-k8s-controller-system', 'few', {
      podSelector: {},
      policyTypes: ['Egress'],
      egress: [{ ports: [{ protocol: 'UDP', port: 53 }, { port: 443 }] }],
    }),
    'blocked',
  ),
  beside(
    'the controller may dial its own namespace only',
    policy('sei-k8s-controller-system', 'own', { podSelector: {}, egress: [{ to: [{ podSelector: {} }] }] }),
    'blocked',
  ),
  beside(
    'no egress of monitoring',
    policy('monitoring', 'deny', { podSelector: {}, policyTypes: ['Egress'], egress: [] }),
    'blocked',
  ),
];

type Rules = Mutation['rules'];

function tasksFrom(mistake: string, from: readonly NetworkPolicyPeer[], ...rules: Rules): Mutation {
  return rule(`tasks: ${mistake}`, 0, one => ({ ...one, from }), ...rules);
}

function tasksTo(
  mistake: string,
  ports: readonly NetworkPolicyPort[] | undefined,
  ...rules: Rules
): Mutation {
  return rule(`tasks: ${mistake}`, 0, ({ from = [] }) => ({ from, ...(ports && { ports }) }), ...rules);
}

function rule(
  mistake: string,
  index: number,
  change: (one: IngressRule) => IngressRule,
  ...rules: Rules
): Mutation {
  const changed = (one: NetworkPolicy) => {
    const ingress = (one.spec?.ingress ?? []).map((rule, at) => (at === index ? change(rule) : rule));
    return [{ ...one, spec: { ...one.spec, ingress } }];
  };
  return { mistake, policies: changed, rules };
}

function spec(mistake: string, change: NonNullable<NetworkPolicy['spec']>, ...rules: Rules): Mutation {
  return { mistake, policies: one => [{ ...one, spec: { ...one.spec, ...change } }], rules };
}

function beside(mistake: string, other: NetworkPolicy, ...rules: Rules): Mutation {
  return { mistake, policies: one => [one, other], rules };
}

function moved(one: NetworkPolicy, namespace: string): NetworkPolicy {
  return { ...one, metadata: { ...one.metadata, namespace } };
}
