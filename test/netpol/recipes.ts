import type {
  EgressRule,
  IngressRule,
  Labels,
  NetworkPolicyPeer,
} from '../../core/network/network-policy.ts';
import { type Case, type CasePod, policy, type Reach } from './case.ts';

/** A case, and who it says reaches the targets it speaks of. */
export type Recipe = Case & { readonly reach: Reach };

const web = { app: 'web' };
const store = { app: 'bookstore' };
const anybody = pod('default', 'anybody', {});
const elsewhere = pod('other', 'elsewhere', {});
const away = '93.184.216.34';

/** What the recipes of ahmetb/kubernetes-network-policy-recipes state, by the names of their pages. */
export const recipes: readonly Recipe[] = [
  recipe('01 deny all traffic to an application', {
    pods: [pod('default', 'web', web, 80), anybody, elsewhere],
    policies: [policy('default', 'web-deny-all', { podSelector: { matchLabels: web }, ingress: [] })],
    reach: { 'default/web:80': [] },
  }),
  recipe('02 limit traffic to an application', {
    pods: [
      pod('default', 'apiserver', { ...store, role: 'api' }, 80),
      pod('default', 'frontend', { ...store, role: 'frontend' }),
      anybody,
    ],
    policies: [
      policy('default', 'api-allow', {
        podSelector: { matchLabels: { ...store, role: 'api' } },
        ingress: [{ from: [{ podSelector: { matchLabels: store } }] }],
      }),
    ],
    reach: { 'default/apiserver:80': ['default/frontend'] },
  }),
  recipe('02a allow all traffic to an application', {
    pods: [pod('default', 'web', web, 80), anybody, elsewhere],
    policies: [
      policy('default', 'web-deny-all', { podSelector: { matchLabels: web }, ingress: [] }),
      policy('default', 'web-allow-all', { podSelector: { matchLabels: web }, ingress: [{}] }),
    ],
    reach: { 'default/web:80': [away, 'default/anybody', 'other/elsewhere'] },
  }),
  recipe('03 deny all non-whitelisted traffic in the namespace', {
    pods: [pod('default', 'web', web, 80), anybody, pod('other', 'elsewhere', {}, 80)],
    policies: [policy('default', 'default-deny-all', { podSelector: {}, ingress: [] })],
    reach: { 'default/web:80': [], 'other/elsewhere:80': [away, 'default/anybody', 'default/web'] },
  }),
  recipe('04 deny traffic from other namespaces', {
    pods: [pod('default', 'web', web, 80), anybody, elsewhere],
    policies: [
      policy('default', 'deny-from-other-namespaces', {
        podSelector: {},
        ingress: [{ from: [{ podSelector: {} }] }],
      }),
    ],
    reach: { 'default/web:80': ['default/anybody'] },
  }),
  toWeb('05 allow traffic from all namespaces', [{ from: [{ namespaceSelector: {} }] }], {
    pods: [anybody, elsewhere],
    from: ['default/anybody', 'other/elsewhere'],
  }),
  toWeb('05 the same with all selectors left out: from addresses too', [{ from: [] }], {
    pods: [anybody, elsewhere],
    from: [away, 'default/anybody', 'other/elsewhere'],
  }),
  toWeb(
    '06 allow traffic from a namespace',
    [{ from: [{ namespaceSelector: { matchLabels: { purpose: 'production' } } }] }],
    { pods: [anybody, pod('dev', 'test', {}), pod('prod', 'test', {})], from: ['prod/test'] },
  ),
  monitoring(
    '07 allow traffic from some pods in another namespace',
    [
      {
        namespaceSelector: { matchLabels: { team: 'operations' } },
        podSelector: { matchLabels: { type: 'monitoring' } },
      },
    ],
    ['operations/monitoring'],
  ),
  monitoring(
    '07 the same with OR: two peers',
    [
      { namespaceSelector: { matchLabels: { team: 'operations' } } },
      { podSelector: { matchLabels: { type: 'monitoring' } } },
    ],
    ['default/monitoring', 'operations/anybody', 'operations/monitoring'],
  ),
  toWeb('08 allow external traffic', [{}], {
    pods: [anybody, elsewhere],
    from: [away, 'default/anybody', 'other/elsewhere'],
  }),
  toWeb('08 the same on port 80 only', [{ ports: [{ port: 80 }] }], {
    pods: [anybody],
    from: [away, 'default/anybody'],
    closed: 443,
  }),
  apiserver('09 allow traffic only to a port of an application', 5000),
  apiserver('09 the same by the name of the port', 'api-port'),
  recipe('10 allowing traffic with multiple selectors', {
    pods: [
      pod('default', 'db', { ...store, role: 'db' }, 6379),
      pod('default', 'search', { ...store, role: 'search' }),
      pod('default', 'api', { ...store, role: 'api' }),
      pod('default', 'catalog', { app: 'inventory', role: 'web' }),
      pod('default', 'other', { app: 'other' }),
    ],
    policies: [
      policy('default', 'redis-allow-services', {
        podSelector: { matchLabels: { ...store, role: 'db' } },
        ingress: [
          {
            from: [
              { podSelector: { matchLabels: { ...store, role: 'search' } } },
              { podSelector: { matchLabels: { ...store, role: 'api' } } },
              { podSelector: { matchLabels: { app: 'inventory', role: 'web' } } },
            ],
          },
        ],
      }),
    ],
    reach: { 'default/db:6379': ['default/api', 'default/catalog', 'default/search'] },
  }),
  fromFoo('11 deny egress traffic from an application', [], []),
  fromFoo('11 the same but for DNS', [toDNS()], ['kube-system/dns:53']),
  recipe('12 deny all non-whitelisted traffic from the namespace', {
    pods: [pod('default', 'web', web, 80), anybody, pod('other', 'elsewhere', {}, 80)],
    policies: [
      policy('default', 'default-deny-all-egress', { podSelector: {}, policyTypes: ['Egress'], egress: [] }),
    ],
    reach: { 'default/web:80': [away, 'other/elsewhere'], 'other/elsewhere:80': [away] },
  }),
  fromFoo('14 deny external egress traffic', [toDNS()], ['kube-system/dns:53']),
];

function recipe(
  name: string,
  { pods, policies, reach }: Pick<Recipe, 'pods' | 'policies' | 'reach'>,
): Recipe {
  const ports = [...new Set(Object.keys(reach).map(to => Number(to.slice(to.indexOf(':') + 1))))];
  const labels: Record<string, Labels> = {
    prod: { purpose: 'production' },
    dev: { purpose: 'development' },
    operations: { team: 'operations' },
  };
  const namespaces = Object.fromEntries(pods.map(({ namespace }) => [namespace, labels[namespace] ?? {}]));
  return { name, namespaces, pods, policies, ports, addresses: [away], reach };
}

function toWeb(
  name: string,
  ingress: readonly IngressRule[],
  { pods, from, closed }: { pods: readonly CasePod[]; from: readonly string[]; closed?: number },
): Recipe {
  return recipe(name, {
    pods: [pod('default', 'web', web, 80), ...pods],
    policies: [policy('default', 'web', { podSelector: { matchLabels: web }, ingress })],
    reach: { 'default/web:80': from, ...(closed && { [`default/web:${closed}`]: [] }) },
  });
}

function monitoring(name: string, from: readonly NetworkPolicyPeer[], who: readonly string[]): Recipe {
  const label = { type: 'monitoring' };
  const pods = ['default', 'operations', 'other'].flatMap(namespace => [
    pod(namespace, 'monitoring', label),
    pod(namespace, 'anybody', {}),
  ]);
  return toWeb(name, [{ from }], { pods, from: who });
}

function apiserver(name: string, port: number | string): Recipe {
  return recipe(name, {
    pods: [
      pod('default', 'apiserver', { app: 'apiserver' }, 8000, 5000),
      pod('default', 'monitoring', { role: 'monitoring' }),
      anybody,
    ],
    policies: [
      policy('default', 'api-allow-5000', {
        podSelector: { matchLabels: { app: 'apiserver' } },
        ingress: [{ ports: [{ port }], from: [{ podSelector: { matchLabels: { role: 'monitoring' } } }] }],
      }),
    ],
    reach: { 'default/apiserver:5000': ['default/monitoring'], 'default/apiserver:8000': [] },
  });
}

/** @param open the targets that a pod with `app: foo` reaches, beside those that reach them anyway. */
function fromFoo(name: string, egress: readonly EgressRule[], open: readonly string[]): Recipe {
  const targets = ['default/web:80', 'kube-system/dns:53', 'kube-system/dns:80', 'kube-system/other:53'];
  const others = (to: string) =>
    [away, 'default/anybody', 'default/web', 'kube-system/dns', 'kube-system/other'].filter(
      from => !to.startsWith(`${from}:`),
    );
  return recipe(name, {
    pods: [
      pod('default', 'web', web, 80),
      pod('default', 'foo', { app: 'foo' }),
      anybody,
      pod('kube-system', 'dns', { 'k8s-app': 'kube-dns' }, 53),
      pod('kube-system', 'other', {}, 53),
    ],
    policies: [
      policy('default', 'foo-deny-egress', {
        podSelector: { matchLabels: { app: 'foo' } },
        policyTypes: ['Egress'],
        egress,
      }),
    ],
    reach: Object.fromEntries(
      targets.map(to => [to, [...others(to), ...(open.includes(to) ? ['default/foo'] : [])].toSorted()]),
    ),
  });
}

function toDNS(): EgressRule {
  return {
    to: [
      {
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
        podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
      },
    ],
    ports: [
      { port: 53, protocol: 'UDP' },
      { port: 53, protocol: 'TCP' },
    ],
  };
}

/** The port 5000 of page 9 has a name. */
function pod(namespace: string, name: string, labels: Labels, ...ports: readonly number[]): CasePod {
  const ip = ['10', '8', namespace.length, name.length].join('.');
  const listed = ports.map(containerPort => ({
    containerPort,
    ...(containerPort === 5000 && { name: 'api-port' }),
  }));
  return { namespace, name, labels, ip, ports: listed };
}
