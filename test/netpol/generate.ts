import fc from 'fast-check';
import type {
  EgressRule,
  LabelSelector,
  Labels,
  NetworkPolicy,
  NetworkPolicyPeer,
  NetworkPolicyPort,
} from '../../core/network/network-policy.ts';
import { type Case, type CasePod, policy } from './case.ts';

/** Networks small enough that selectors often meet, with every part of a NetworkPolicy that decides something. */
export function networks(): fc.Arbitrary<Case> {
  return fc
    .record({
      namespaces: fc.tuple(labels(), labels(), labels()),
      pods: fc.array(fc.record({ namespace: namespaceName, labels: labels(), ports: containerPorts() }), {
        minLength: 3,
        maxLength: 7,
      }),
      policies: fc.array(policies(), { minLength: 2, maxLength: 6 }),
    })
    .map(({ namespaces, pods, policies }) => ({
      name: 'generated',
      namespaces: Object.fromEntries(namespaceNames.map((name, at) => [name, namespaces[at] ?? {}])),
      pods: pods.map((pod, at) => ({ ...pod, name: `p${at}`, ip: `10.1.${at}.1` })),
      policies: policies.map((one, at) => named(one, `n${at}`)),
      ports: [7777, 8443, 9100],
      addresses: ['198.51.100.1', '203.0.113.7', '203.0.113.200', '2001:db8::7'],
    }));
}

/** The same networks each time. */
export function generated(count: number, seed = 8): Case[] {
  return fc
    .sample(networks(), { numRuns: count, seed })
    .map((one, at) => ({ ...one, name: `generated ${at}` }));
}

/** A policy of any name. */
export function policies(): fc.Arbitrary<NetworkPolicy> {
  const spec = fc.record(
    {
      podSelector: selector(),
      policyTypes: fc.constantFrom(['Ingress'], ['Egress'], ['Ingress', 'Egress'], []) as fc.Arbitrary<
        ('Ingress' | 'Egress')[]
      >,
      ingress: fc.array(
        rule().map(({ peers, ports }) => ({ ...(peers && { from: peers }), ...(ports && { ports }) })),
        short,
      ),
      egress: fc.array(egressRule(), short),
    },
    { requiredKeys: ['podSelector'] },
  );
  return fc.tuple(namespaceName, spec).map(([namespace, written]) => policy(namespace, 'any', written));
}

/** A rule of egress, or with `from` for `to` one of ingress. */
export function egressRule(): fc.Arbitrary<EgressRule> {
  return rule().map(({ peers, ports }) => ({ ...(peers && { to: peers }), ...(ports && { ports }) }));
}

const short = { maxLength: 2 };
const namespaceNames = ['arctic', 'default', 'monitoring'];
const namespaceName = fc.constantFrom(...namespaceNames);
const keys = ['app', 'role', 'tier'];
const values = ['', 'a', 'b'];

function labels(): fc.Arbitrary<Labels> {
  return fc.dictionary(fc.constantFrom(...keys), fc.constantFrom(...values), { maxKeys: 3 }).map(plain);
}

/** Of the three, mostly one requirement; sometimes none, which selects everything. */
function selector(): fc.Arbitrary<LabelSelector> {
  const [key, value] = [fc.constantFrom(...keys), fc.constantFrom(...values)];
  const some = fc.uniqueArray(value, { minLength: 1, maxLength: 2 });
  const requirement = fc.oneof(
    fc.record({ key, operator: fc.constantFrom('In' as const, 'NotIn' as const), values: some }),
    fc.record({ key, operator: fc.constantFrom('Exists' as const, 'DoesNotExist' as const) }),
  );
  return fc.oneof(
    fc.constant({}),
    fc.record({ matchLabels: fc.dictionary(key, value, { minKeys: 1, maxKeys: 2 }).map(plain) }),
    fc.record({ matchExpressions: fc.array(requirement, { minLength: 1, maxLength: 2 }) }),
    fc.record({
      matchLabels: fc.dictionary(key, value, { maxKeys: 1 }).map(plain),
      matchExpressions: fc.array(requirement, { maxLength: 1 }),
    }),
  );
}

function rule(): fc.Arbitrary<{ peers?: NetworkPolicyPeer[]; ports?: NetworkPolicyPort[] }> {
  return fc.record({ peers: fc.array(peer(), short), ports: fc.array(port(), short) }, { requiredKeys: [] });
}

function peer(): fc.Arbitrary<NetworkPolicyPeer> {
  const byName = namespaceName.map(name => ({ matchLabels: { 'kubernetes.io/metadata.name': name } }));
  const namespaceSelector = fc.oneof(selector(), byName);
  return fc.oneof(
    { weight: 3, arbitrary: fc.record({ podSelector: selector() }) },
    { weight: 3, arbitrary: fc.record({ namespaceSelector }) },
    { weight: 3, arbitrary: fc.record({ namespaceSelector, podSelector: selector() }) },
    { weight: 2, arbitrary: fc.constantFrom(...blocks).map(ipBlock => ({ ipBlock })) },
  );
}

/** One holds some of the pods, whose verdict is then unknown; one is IPv4 mapped into IPv6. */
const blocks = [
  { cidr: '203.0.113.0/24' },
  { cidr: '203.0.113.0/24', except: ['203.0.113.128/25'] },
  { cidr: '::ffff:203.0.113.0/120' },
  { cidr: '2001:db8::/32' },
  { cidr: '198.51.100.1/32' },
  { cidr: '10.1.0.0/22', except: ['10.1.0.0/24'] },
];

function port(): fc.Arbitrary<NetworkPolicyPort> {
  const protocol = fc.constantFrom('TCP' as const, 'UDP' as const);
  const number = fc.constantFrom(7777, 8443, 9100);
  return fc.oneof(
    { weight: 4, arbitrary: fc.record({ port: number }) },
    { weight: 2, arbitrary: fc.record({ protocol, port: number }) },
    {
      weight: 3,
      arbitrary: fc.record({ protocol, port: fc.constantFrom(...portNames) }, { requiredKeys: ['port'] }),
    },
    { weight: 1, arbitrary: fc.record({ protocol }) },
    {
      weight: 2,
      arbitrary: fc.constantFrom(
        { port: 7000, endPort: 8443 },
        { port: 8443, endPort: 8443 },
        { port: 8444, endPort: 9099 },
      ),
    },
  );
}

const portNames = ['tasks', 'api', 'public'];

/** One name means different numbers in different pods; a pod has a name once. */
function containerPorts(): fc.Arbitrary<NonNullable<CasePod['ports']>> {
  return fc
    .uniqueArray(
      fc.record(
        {
          name: fc.constantFrom(...portNames),
          containerPort: fc.constantFrom(7777, 8443, 9100),
          protocol: fc.constantFrom('TCP' as const, 'TCP' as const, 'UDP' as const),
        },
        { requiredKeys: ['name', 'containerPort'] },
      ),
      { maxLength: 3, selector: ({ name }) => name },
    )
    .map(ports =>
      ports.filter(
        ({ containerPort }, at) => ports.findIndex(other => other.containerPort === containerPort) === at,
      ),
    );
}

function named(one: NetworkPolicy, name: string): NetworkPolicy {
  return { ...one, metadata: { ...one.metadata, name } };
}

/** fast-check makes dictionaries without a prototype. */
function plain(labels: Labels): Labels {
  return { ...labels };
}
