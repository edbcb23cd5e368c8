/** A NetworkPolicy's spec in YAML, and the fields at fault; none where the API server accepts it. */
export type PolicyCase = readonly [title: string, spec: string, ...fields: string[]];

const peer = (peer: string) => `ingress: [{from: [${peer}]}]`;
const port = (port: string) => `ingress: [{ports: [${port}]}]`;
const requirement = (requirement: string) => `podSelector: {matchExpressions: [${requirement}]}`;
const block = (block: string) => peer(`{ipBlock: ${block}}`);
const long = 'a'.repeat(63);

const from = 'spec.ingress[0].from[0]';
const ports = 'spec.ingress[0].ports[0]';
const expression = 'spec.podSelector.matchExpressions[0]';

/** What the API server accepts. */
export const goodPolicies: readonly PolicyCase[] = [
  ['an empty spec', '{}'],
  ['no podSelector', 'policyTypes: [Ingress]'],
  ['a podSelector that is null', 'podSelector:'],
  ['a rule that is null', 'ingress: [null]'],
  ['rules that are null', 'ingress:\negress:'],
  ['peers that are null', 'ingress: [{from: null}]'],
  ['a port that is null', port('null')],
  ['an empty port', port('{}')],
  ['the same policyType twice', 'policyTypes: [Ingress, Ingress]'],
  ['no policyTypes', 'policyTypes: []'],
  ['a protocol alone', port('{protocol: SCTP}')],
  ['a named port', port('{port: a-1}')],
  ['a named port of 15 characters', port(`{port: ${'a'.repeat(15)}}`)],
  ['the last port', port('{port: 65535, endPort: 65535}')],
  ['a port written 80.0', port('{port: 80.0}')],
  ['a range', port('{port: 1, endPort: 65535, protocol: UDP}')],
  ['a peer of an empty podSelector', peer('{podSelector: {}}')],
  ['a peer of both selectors', peer('{podSelector: {}, namespaceSelector: {}}')],
  ['a peer beside a null', peer('{podSelector: {}, ipBlock: null}')],
  ['a block of IPv4', block('{cidr: 10.0.0.0/8, except: [10.1.0.0/16, 10.2.3.4/32]}')],
  ['a block of IPv6', block('{cidr: "2001:DB8:0::/32", except: ["2001:db8:1::/48"]}')],
  ['every address', block('{cidr: 0.0.0.0/0, except: [10.0.0.0/8]}')],
  ['a label without a value', 'podSelector: {matchLabels: {a: ""}}'],
  ['a value that is null', requirement('{key: a, operator: In, values: [null]}')],
  ['a key with a prefix', `podSelector: {matchLabels: {example.com/a_b.C-1: ${long}}}`],
  ['quoted y', 'podSelector: {matchLabels: {"y": "n"}}'],
  ['y as a key', 'podSelector: {matchLabels: {y: "n"}}'],
  [
    'every operator',
    `podSelector:
    matchExpressions:
    - {key: a, operator: In, values: [b, c]}
    - {key: a, operator: NotIn, values: [d]}
    - {key: e, operator: Exists}
    - {key: e, operator: DoesNotExist, values: []}`,
  ],
  [
    'a conflict between expressions',
    requirement('{key: a, operator: Exists}, {key: a, operator: DoesNotExist}'),
  ],
];

/** What it refuses. */
export const badPolicies: readonly PolicyCase[] = [
  ['an operator in lower case', requirement('{key: a, operator: in, values: [b]}'), `${expression}.operator`],
  [
    'an operator of field selectors',
    requirement('{key: a, operator: Gt, values: ["1"]}'),
    `${expression}.operator`,
  ],
  ['an empty operator', requirement('{key: a, operator: ""}'), `${expression}.operator`],
  ['no operator', requirement('{key: a}'), `${expression}.operator`],
  ['no key', requirement('{operator: Exists}'), `${expression}.key`],
  ['an expression that is null', requirement('null'), `${expression}.key`, `${expression}.operator`],
  ['In without values', requirement('{key: a, operator: In}'), `${expression}.values`],
  ['NotIn with no values', requirement('{key: a, operator: NotIn, values: []}'), `${expression}.values`],
  ['Exists with values', requirement('{key: a, operator: Exists, values: [b]}'), `${expression}.values`],
  [
    'DoesNotExist with values',
    requirement('{key: a, operator: DoesNotExist, values: [b]}'),
    `${expression}.values`,
  ],
  ['a bad value', requirement('{key: a, operator: In, values: [b, "-"]}'), `${expression}.values[1]`],
  ['a bad key', requirement('{key: a/b/c, operator: Exists}'), `${expression}.key`],
  ['an empty key', 'podSelector: {matchLabels: {"": a}}', 'spec.podSelector.matchLabels[""]'],
  [
    'a key of 64 characters',
    `podSelector: {matchLabels: {a${long}: a}}`,
    `spec.podSelector.matchLabels.a${long}`,
  ],
  ['a value of 64 characters', `podSelector: {matchLabels: {a: a${long}}}`, 'spec.podSelector.matchLabels.a'],
  ['an upper-case prefix', 'podSelector: {matchLabels: {A.b/c: d}}', 'spec.podSelector.matchLabels["A.b/c"]'],
  ['an unquoted y', 'podSelector: {matchLabels: {a: y}}', 'spec.podSelector.matchLabels.a'],
  ['an unquoted no', requirement('{key: a, operator: In, values: [no]}'), `${expression}.values[0]`],
  ['an unquoted number', 'podSelector: {matchLabels: {a: 1}}', 'spec.podSelector.matchLabels.a'],
  ['on as a key', 'podSelector: {matchLabels: {on: on}}', 'spec.podSelector.matchLabels.true'],
  ['labels that are a list', 'podSelector: {matchLabels: [a]}', 'spec.podSelector.matchLabels'],
  [
    'expressions that are no list',
    'podSelector: {matchExpressions: {key: a}}',
    'spec.podSelector.matchExpressions',
  ],
  ['no CIDR', block('{cidr: 10.0.0.0}'), `${from}.ipBlock.cidr`],
  ['a length of 33', block('{cidr: 10.0.0.0/33}'), `${from}.ipBlock.cidr`],
  ['an address of three parts', block('{cidr: 10.0.0/8}'), `${from}.ipBlock.cidr`],
  ['leading zeros', block('{cidr: 010.0.0.0/8}'), `${from}.ipBlock.cidr`],
  ['a zone', block('{cidr: "fe80::1%eth0/64"}'), `${from}.ipBlock.cidr`],
  ['an empty block', block('{}'), `${from}.ipBlock.cidr`],
  ['an empty cidr', block('{cidr: ""}'), `${from}.ipBlock.cidr`],
  ['except outside', block('{cidr: 10.0.0.0/8, except: [11.0.0.0/16]}'), `${from}.ipBlock.except[0]`],
  ['except as large', block('{cidr: 10.0.0.0/8, except: [10.0.0.0/8]}'), `${from}.ipBlock.except[0]`],
  ['except that is larger', block('{cidr: 10.0.0.0/8, except: [0.0.0.0/0]}'), `${from}.ipBlock.except[0]`],
  [
    'except of the other family',
    block('{cidr: 0.0.0.0/0, except: ["::1/128"]}'),
    `${from}.ipBlock.except[0]`,
  ],
  [
    'except that is no CIDR',
    block('{cidr: 10.0.0.0/8, except: [10.0.0.0/16, x]}'),
    `${from}.ipBlock.except[1]`,
  ],
  ['except that is null', block('{cidr: 10.0.0.0/8, except: [null]}'), `${from}.ipBlock.except[0]`],
  ['a block beside a selector', peer('{ipBlock: {cidr: 10.0.0.0/8}, podSelector: {}}'), from],
  ['an empty peer', peer('{}'), from],
  ['a peer that is null', peer('null'), from],
  [
    'a bad selector of namespaces',
    peer('{namespaceSelector: {matchLabels: {a: "-"}}}'),
    `${from}.namespaceSelector.matchLabels.a`,
  ],
  [
    'a bad selector beside a block',
    peer('{ipBlock: {cidr: x/8}, podSelector: {matchLabels: {a: "-"}}}'),
    `${from}.podSelector.matchLabels.a`,
    from,
    `${from}.ipBlock.cidr`,
  ],
  ['endPort below port', port('{port: 80, endPort: 79}'), `${ports}.endPort`],
  ['endPort with a name', port('{port: http, endPort: 80}'), `${ports}.endPort`],
  ['endPort alone', port('{endPort: 80}'), `${ports}.endPort`],
  ['endPort beyond the last', port('{port: 80, endPort: 65536}'), `${ports}.endPort`],
  ['endPort as text', port('{port: 80, endPort: "81"}'), `${ports}.endPort`],
  ['port 0', port('{port: 0}'), `${ports}.port`],
  ['port 65536', port('{port: 65536}'), `${ports}.port`],
  ['a port beyond int32', port('{port: 4294967376}'), `${ports}.port`],
  ['half a port', port('{port: 80.5}'), `${ports}.port`],
  ['a quoted number', port('{port: "80"}'), `${ports}.port`],
  ['an empty name', port('{port: ""}'), `${ports}.port`],
  ['a name of 16 characters', port(`{port: ${'a'.repeat(16)}}`), `${ports}.port`],
  ['a name with two dashes', port('{port: a--b}'), `${ports}.port`],
  ['a name that begins with a dash', port('{port: -a}'), `${ports}.port`],
  ['an upper-case name', port('{port: HTTP}'), `${ports}.port`],
  ['a boolean port', port('{port: true}'), `${ports}.port`],
  ['a protocol in lower case', port('{protocol: tcp}'), `${ports}.protocol`],
  ['an empty protocol', port('{protocol: ""}'), `${ports}.protocol`],
  ['another protocol', port('{protocol: ICMP}'), `${ports}.protocol`],
  ['ports that are no list', 'ingress: [{ports: {port: 80}}]', 'spec.ingress[0].ports'],
  ['a rule that is text', 'ingress: [allow]', 'spec.ingress[0]'],
  ['a policyType in lower case', 'policyTypes: [ingress]', 'spec.policyTypes[0]'],
  ['a policyType that is null', 'policyTypes: [null]', 'spec.policyTypes[0]'],
  ['three policyTypes', 'policyTypes: [Ingress, Egress, Ingress]', 'spec.policyTypes'],
  ['an unknown field of the spec', 'podselector: {}', 'spec.podselector'],
  ['to in an ingress rule', 'ingress: [{to: []}]', 'spec.ingress[0].to'],
  ['an unknown field of a port', port('{port: 80, name: http}'), `${ports}.name`],
  [
    'a fault of egress',
    'egress: [{to: [{}], ports: [{port: 0}]}]',
    'spec.egress[0].to[0]',
    'spec.egress[0].ports[0].port',
  ],
];

/** What servers before Kubernetes 1.36 accept, as policies stored there still say it. */
export const formerlyGoodPolicies: readonly PolicyCase[] = [
  ['bits behind the length', block('{cidr: 10.0.0.5/8}')],
  ['a zero before the length', block('{cidr: 10.0.0.0/08}')],
  ['IPv4 mapped into IPv6', block('{cidr: "::ffff:10.0.0.0/104"}')],
];

/** What becomes one policy by `kubectl create` and another by `kubectl apply`, which drops the label. */
export const ambiguousPolicies: readonly PolicyCase[] = [
  ['a label that is null', 'podSelector: {matchLabels: {a: }}', 'spec.podSelector.matchLabels.a'],
];

/** The manifest of a case. */
export function manifestOf([, spec]: PolicyCase, name = 'x'): string {
  const written = spec.startsWith('{') ? ` ${spec}` : `\n  ${spec.replaceAll('\n', '\n  ')}`;
  return `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: ${name}\nspec:${written}\n`;
}
