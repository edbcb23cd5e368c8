import fc, { type Arbitrary } from 'fast-check';
import type { LabelSelector, NetworkPolicy, PodsSelector } from '../../core/network/network-policy.ts';
import type { NetworkInput } from '../../core/network/question.ts';

/** The labels that selectors ask for; `z` is a value that none of them names. */
export const universe = {
  names: ['n1', 'n2', 'n3', 'n4'],
  team: [undefined, 'x', 'y', 'z'],
  pod: { a: [undefined, '1', '2', 'z'], b: [undefined, '1', '2', 'z'], c: [undefined, '1', 'z'] },
} as const;

const nameLabel = 'kubernetes.io/metadata.name';
const optional = <T>(values: Arbitrary<T>, weight = 3) =>
  fc.oneof({ weight, arbitrary: values }, { weight: 1, arbitrary: fc.constant(undefined) });

function selector(
  keys: Arbitrary<string>,
  values: (key: string) => Arbitrary<string>,
): Arbitrary<LabelSelector> {
  const requirement = keys.chain(key =>
    fc.oneof(
      fc.record({
        key: fc.constant(key),
        operator: fc.constantFrom('In' as const, 'NotIn' as const),
        values: fc.uniqueArray(values(key), { minLength: 1, maxLength: 2 }),
      }),
      fc.record({
        key: fc.constant(key),
        operator: fc.constantFrom('Exists' as const, 'DoesNotExist' as const),
      }),
    ),
  );
  const pairs = fc.array(
    keys.chain(key => fc.tuple(fc.constant(key), values(key))),
    { maxLength: 2 },
  );
  return fc.record(
    {
      matchLabels: pairs.map(all => Object.fromEntries(all)),
      matchExpressions: fc.array(requirement, { maxLength: 2 }),
    },
    { requiredKeys: [] },
  );
}

const podSelector = selector(fc.constantFrom('a', 'b', 'c'), key =>
  key === 'c' ? fc.constant('1') : fc.constantFrom('1', '2'),
);
const namespaceSelector = selector(fc.constantFrom(nameLabel, nameLabel, 'team'), key =>
  key === nameLabel ? fc.constantFrom('n1', 'n2', 'n3') : fc.constantFrom('x', 'y'),
);

/** Pods as the parameters name them. */
export const pods: Arbitrary<PodsSelector> = fc.record(
  { namespaceSelector, podSelector },
  { requiredKeys: ['namespaceSelector'] },
);

const block = fc.record({
  cidr: fc.constantFrom('10.0.0.0/24', '10.0.0.0/30', '::ffff:10.0.0.0/120', 'fd00::/64', '0.0.0.0/0'),
  except: optional(fc.subarray(['10.0.0.1/32', '10.0.0.2/31']), 1),
});

const peer = fc.oneof(
  { weight: 8, arbitrary: pods },
  { weight: 4, arbitrary: fc.record({ podSelector, ipBlock: optional(fc.constant(null)) }) },
  { weight: 1, arbitrary: fc.record({ ipBlock: block }) },
);

const port = fc.record(
  {
    port: optional(fc.constantFrom(8443, 9100, 80, 'api', 'public', 'late', 'none'), 6),
    protocol: optional(fc.constantFrom('TCP', 'TCP', 'UDP', 'SCTP', null), 1),
    endPort: optional(fc.constantFrom(9000, 9100, 9999), 1),
  },
  { requiredKeys: [] },
);

const rules = (field: 'from' | 'to') =>
  fc.array(
    fc.record({
      [field]: optional(
        fc.oneof(
          { weight: 9, arbitrary: fc.array(peer, { minLength: 1, maxLength: 2 }) },
          { weight: 1, arbitrary: fc.constantFrom([], null) },
        ),
        8,
      ),
      ports: optional(
        fc.oneof(
          { weight: 9, arbitrary: fc.array(port, { minLength: 1, maxLength: 2 }) },
          { weight: 1, arbitrary: fc.constantFrom([], null) },
        ),
        1,
      ),
    }),
    { maxLength: 2 },
  );

const spec = fc.record({
  podSelector: optional(fc.oneof(fc.constant({}), fc.constant(null), podSelector)),
  policyTypes: optional(fc.constantFrom(['Ingress'], ['Egress'], ['Ingress', 'Egress'], [], null), 1),
  ingress: optional(rules('from'), 8),
  egress: optional(rules('to'), 1),
});

const policy = fc.record({
  namespace: fc.constantFrom('n1', 'n1', 'n2'),
  spec: fc.oneof({ weight: 15, arbitrary: spec }, { weight: 1, arbitrary: fc.constant(undefined) }),
});

const labels = fc.record(
  Object.fromEntries(
    Object.entries(universe.pod).map(([key, values]) => [
      key,
      fc.constantFrom(...values.filter(value => value !== undefined)),
    ]),
  ),
  { requiredKeys: [] },
) as Arbitrary<Record<string, string>>;

const known = fc.record(
  Object.fromEntries(
    universe.names
      .slice(0, 3)
      .map(name => [
        name,
        fc.constantFrom(...universe.team).map(team => ({ ...(team && { team }), [nameLabel]: name })),
      ]),
  ),
  { requiredKeys: [] },
) as Arbitrary<NetworkInput['namespaces']>;

const source = fc.record({
  namespace: fc.constantFrom(...universe.names),
  labels: fc.nat(3),
  hostNetwork: fc.constantFrom(false, false, false, true),
  example: fc.constant(''),
});

const target = fc.record({
  namespace: fc.constantFrom('n1', 'n1', 'n2'),
  labels,
  hostNetwork: fc.constantFrom(false, false, false, true),
  containers: fc.constantFrom(
    [],
    [
      {
        ports: [
          { name: 'public', containerPort: 9100 },
          { name: 'api', containerPort: 80 },
        ],
      },
    ],
    [{}, { ports: [{ name: 'public', containerPort: 9100, protocol: 'UDP' }] }],
  ),
  initContainers: fc.constantFrom(
    [],
    [{ restartPolicy: 'Always', ports: [{ name: 'api', containerPort: 8443, protocol: 'TCP' }] }],
    [{ ports: [{ name: 'late', containerPort: 8443 }] }],
  ),
  addresses: fc.constantFrom([], [0], [3], [0, 4]),
  ports: fc.constant([
    { port: 8443, guard: 'tasks' as const },
    { port: 9100, guard: 'public' as const },
    { port: 80 },
  ]),
});

const caveat = fc.record(
  {
    why: fc.constantFrom('another policy decides', 'nothing enforces policies'),
    namespace: fc.constantFrom('n1', 'n2', 'n3'),
    effect: fc.constantFrom('opens' as const, 'any' as const),
  },
  { requiredKeys: ['why', 'effect'] },
);

/** Networks of few labels and namespaces, so that selectors hit, and that nobody can be everybody. */
export const networkInputs: Arbitrary<NetworkInput> = fc
  .record({
    policies: fc.array(policy, { maxLength: 4 }),
    namespaces: known,
    labelSets: fc.tuple(labels, labels, labels, labels),
    targets: fc.array(target, { minLength: 1, maxLength: 2 }),
    sources: fc.array(source, { maxLength: 4 }),
    addresses: fc.constant(['10.0.0.1', '10.0.0.2', '10.0.0.200', 'fd00::1', '::ffff:10.0.0.3', '192.0.2.1']),
    caveats: fc.oneof(
      { weight: 4, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.array(caveat, { maxLength: 2 }) },
    ),
    parameters: fc.record({
      controller: pods,
      monitoring: pods,
      allow: fc.array(fc.record({ ports: fc.constantFrom([8443], [9100], [8443, 9100]), from: pods }), {
        maxLength: 6,
      }),
    }),
  })
  .map(
    ({ policies, sources, ...rest }) =>
      ({
        ...rest,
        sources: sources.map((each, at) => ({ ...each, example: `${each.namespace}/pod-${at}` })),
        policies: policies.map(
          ({ namespace, spec }, at) =>
            ({ metadata: { namespace, name: `p${at}` }, spec }) as unknown as NetworkPolicy,
        ),
      }) as NetworkInput,
  );
