import { defaultParameters } from '../../core/network/network-policy.ts';
import { networkPolicyTemplate } from '../../core/network/template.ts';
import { namespace as fleet, seiNode } from './fleet.ts';
import type { Asked } from './load.ts';

/** Where what is changed is, beside the fleet: nodes that wait for their Secrets, pods of others and their policies. */
export const beside = 'beside';

type Named = {
  readonly metadata: { readonly name: string; readonly labels?: object };
  readonly [field: string]: unknown;
};

/** What there is before anybody asks, by path. */
export function furniture(): [path: string, objects: readonly Named[]][] {
  const here = `/api/v1/namespaces/${beside}`;
  const web = numbers(10).map(index =>
    opening(`web-${index}`, peersOf(index), 80, { matchLabels: { app: `a${index}` } }),
  );
  return [
    ['/api/v1/namespaces', [beside, 'monitoring'].map(name => ({ metadata: { name } }))],
    [`${here}/serviceaccounts`, [{ metadata: { name: 'web' } }]],
    [`${here}/pods`, [pod('web')]],
    [
      networkPolicies(fleet),
      [networkPolicyTemplate(defaultParameters).policy as unknown as Named, opening('allow-0', peersOf(0))],
    ],
    [networkPolicies(beside), web],
    [seinodes(beside), numbers(10).map(index => seiNode(`w${index}`) as Named)],
  ];
}

/** Requests of every kind that the webhook judges, as dry runs: most of them harmless, some refused. */
export function mix(): Asked[] {
  return numbers(10).flatMap(turn => [...ofNodes(turn), ...ofPolicies(turn), ...ofOthers(turn)]);
}

/** Eight of twenty. */
function ofNodes(turn: number): Asked[] {
  return numbers(4).flatMap(index => {
    const node = seiNode(`n${turn * 4 + index}-new`) as { spec: object };
    const podLabels = { 'sei.io/role': 'validator' };
    const made = index === 0 ? { ...node, spec: { ...node.spec, podLabels } } : node;
    return [
      asked('create SeiNode', 'POST', seinodes(fleet), made),
      asked('update SeiNode', 'PATCH', `${seinodes(beside)}/w${turn}`, {
        spec: { image: `ghcr.io/sei-protocol/seid:v6.4.${index}` },
      }),
    ];
  });
}

/** Seven: some in the namespace of the nodes, some beside. */
function ofPolicies(turn: number): Asked[] {
  const [ours, others] = [networkPolicies(fleet), networkPolicies(beside)];
  const web = { matchLabels: { app: 'a0' } };
  return [
    asked('create NetworkPolicy', 'POST', ours, opening('allow-new', peersOf(turn))),
    asked('create NetworkPolicy', 'POST', ours, opening('allow-all', [], 8443)),
    asked('create NetworkPolicy', 'POST', others, opening('web-new', peersOf(turn), 80, web)),
    asked('update NetworkPolicy', 'PATCH', `${ours}/allow-0`, opening('allow-0', peersOf(turn + 1))),
    asked('update NetworkPolicy', 'PATCH', `${ours}/allow-0`, opening('allow-0', peersOf(turn + 1), 9100)),
    asked(
      'update NetworkPolicy',
      'PATCH',
      `${others}/web-${turn}`,
      opening(`web-${turn}`, peersOf(turn + 1), 80, web),
    ),
    asked('delete NetworkPolicy', 'DELETE', `${ours}/seinodes`),
  ];
}

/** Five: Secrets of the fleet that gain an entry, labels of a namespace and of a pod. */
function ofOthers(turn: number): Asked[] {
  const labels = (given: object) => ({ metadata: { labels: given } });
  const here = `/api/v1/namespaces/${beside}`;
  return [
    ...numbers(3).map(index =>
      asked('update Secret', 'PATCH', `/api/v1/namespaces/${fleet}/secrets/n${turn * 3 + index}-tls`, {
        stringData: { note: 'a' },
      }),
    ),
    asked('update Namespace', 'PATCH', here, labels({ team: `t${turn}` })),
    asked('update Pod', 'PATCH', `${here}/pods/web`, labels({ app: `a${turn}` })),
  ];
}

function asked(what: string, method: Asked['method'], path: string, body?: object): Asked {
  return { what, method, path, ...(body && { body }) };
}

function seinodes(namespace: string): string {
  return `/apis/sei.io/v1alpha1/namespaces/${namespace}/seinodes`;
}

function networkPolicies(namespace: string): string {
  return `/apis/networking.k8s.io/v1/namespaces/${namespace}/networkpolicies`;
}

/** Lets others in to pods at a port. @param from nobody in particular where it is empty. */
function opening(name: string, from: readonly object[], port = 26656, podSelector: object = {}): Named {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name },
    spec: {
      podSelector,
      policyTypes: ['Ingress'],
      ingress: [{ ...(from.length > 0 && { from }), ports: [{ protocol: 'TCP', port }] }],
    },
  };
}

function peersOf(index: number): object[] {
  return [
    { podSelector: { matchLabels: { app: `a${index}` } } },
    { namespaceSelector: { matchLabels: { team: `t${index}` } } },
    { ipBlock: { cidr: `198.51.${index}.0/24` } },
  ];
}

/** A pod that says it is a node's. */
function pod(name: string): Named {
  return {
    metadata: { name, labels: { 'sei.io/node': 'w0' } },
    spec: { serviceAccountName: 'web', containers: [{ name: 'web', image: 'web' }] },
  };
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
