import test from 'ava';
import type { World } from '../../../core/admission/admission.ts';
import { defaultParameters, type NetworkPolicy } from '../../../core/network/network-policy.ts';
import { policy } from '../../netpol/case.ts';
import { ask, n0, node, outcome, secret, template, validator, world } from './world.ts';

type Row = readonly [
  title: string,
  expected: string,
  before: object | undefined,
  after: object | undefined,
  around?: World,
];

function rows(kind: string, table: readonly Row[]): void {
  for (const [title, expected, before, after, around] of table) {
    test(`${kind}: ${title}`, t => {
      t.is(outcome(ask({ before, after }, around)), expected);
    });
  }
}

const off = { ...n0, spec: { ...n0.spec, sidecar: {} } };
const twoModes = node('n1', { archive: {} });
const sharing = { ...validator, metadata: { ...validator.metadata, name: 'v1', uid: 'uid-v1' } };
const overriding = node('n1', { podLabels: { 'sei.io/role': 'validator' } });
const leaving = {
  ...validator,
  metadata: { ...validator.metadata, deletionTimestamp: '2026-05-01T00:00:00Z' },
};

rows('SeiNode', [
  ['a good one is made', 'allowed', undefined, node('n1')],
  [
    'its Secret may come later',
    'warned tls-secret',
    undefined,
    node('n1', { sidecar: { tls: { secretName: 'later' } } }),
  ],
  ['none may have two modes', 'denied node-mode', undefined, twoModes],
  ['none may lack a mode', 'denied node-mode', undefined, node('n1', { fullNode: undefined as never })],
  [
    'a replayer needs peers',
    'denied node-mode',
    undefined,
    node('n1', { fullNode: undefined as never, replayer: {} }),
  ],
  ['a signing key of another is refused', 'denied node-references', undefined, sharing],
  [
    'a key of one that is being deleted is free',
    'allowed',
    undefined,
    sharing,
    world({ nodes: [n0, leaving] }),
  ],
  [
    'a claim of another is refused',
    'denied node-references',
    undefined,
    node('n1', { dataVolume: { import: { pvcName: 'data-n0' } } }),
  ],
  ["labels of the contract are the operator's", 'denied label-contract', undefined, overriding],
  ['TLS is not added', 'denied tls-immutable', off, n0],
  ['TLS is not removed', 'denied tls-immutable', n0, off],
  [
    'what was wrong before is let through',
    'allowed',
    twoModes,
    { ...twoModes, spec: { ...twoModes.spec, image: 'seid:v2' } },
  ],
  [
    'an overridden label of before too',
    'allowed',
    overriding,
    { ...overriding, spec: { ...overriding.spec, image: 'seid:v2' } },
  ],
  [
    'a shared key of before too',
    'allowed',
    sharing,
    { ...sharing, spec: { ...sharing.spec, image: 'seid:v2' } },
  ],
  ['a second mode is worse', 'denied node-mode', node('n1'), twoModes],
  [
    'one without a policy is told',
    'warned netpol-public-port netpol-tasks-port',
    undefined,
    node('n1'),
    world({ policies: [] }),
  ],
  ['a status that is wrong is no matter', 'allowed', n0, { ...n0, status: { phase: 'Running' } }],
]);

const opaque = { ...secret('good'), type: 'Opaque' };
const key = (name: string) => ({
  ...secret('good', name),
  type: 'Opaque',
  data: { 'priv_validator_key.json': 'e30=' },
});

rows('Secret', [
  ['a renewal is fine', 'allowed', secret('good'), secret('upper')],
  ['an expired certificate is not', 'denied tls-secret', secret('good'), secret('until_1600')],
  ['one without the names is not', 'denied tls-sans', secret('good'), secret('service_only')],
  ['from bad to bad is nothing worse', 'allowed', secret('until_1600'), secret('cn_only')],
  ['from bad to good is better', 'allowed', secret('cn_only'), secret('good')],
  ['a served one is not deleted', 'denied tls-secret', secret('good'), undefined],
  ['a bad one may be', 'allowed', secret('cn_only'), undefined],
  ['one that nobody names may be', 'allowed', secret('good', 'other'), undefined],
  ['one of another type was never served', 'allowed', opaque, undefined],
  ['a signing key stays', 'denied node-references', key('v0-key'), undefined],
  ['a node key stays', 'denied node-references', key('v0-node-key'), undefined],
  ['a keyring stays', 'denied node-references', key('v0-keyring'), undefined],
  ['its passphrase stays', 'denied node-references', key('v0-word'), undefined],
  ['a key may be edited', 'allowed', key('v0-key'), { ...key('v0-key'), data: {} }],
  ['the key of a node that leaves may go', 'allowed', key('v0-key'), undefined, world({ nodes: [leaving] })],
]);

const ingress = template.spec?.ingress ?? [];
const edited = (spec: object): NetworkPolicy => ({ ...template, spec: { ...template.spec, ...spec } });
const tasks = [{ port: 8443 }, { port: 7777 }];
const anywhere = { from: [{ namespaceSelector: {} }], ports: tasks };
const shut = policy('arctic', 'shut', { podSelector: {}, policyTypes: ['Ingress'] });
const tools = { matchLabels: { 'kubernetes.io/metadata.name': 'tools' } };
const arctic = { matchLabels: { 'kubernetes.io/metadata.name': 'arctic' } };
const toTools = edited({
  ingress: [
    ...ingress,
    { from: [{ namespaceSelector: tools, podSelector: { matchLabels: { app: 'a' } } }], ports: tasks },
  ],
});
const toAllTools = edited({ ingress: [...ingress, { from: [{ namespaceSelector: tools }], ports: tasks }] });
const block = (cidr: string, except?: string[]) =>
  edited({
    ingress: [...ingress, { from: [{ ipBlock: { cidr, ...(except && { except }) } }], ports: tasks }],
  });
const going = (one: NetworkPolicy): NetworkPolicy => ({
  ...one,
  metadata: { ...one.metadata, deletionTimestamp: '2026-05-01T00:00:00Z' },
});
const away = policy('default', 'away', { podSelector: {}, ingress: [{}] });
const walled = policy('sei-k8s-controller-system', 'walled', { podSelector: {}, policyTypes: ['Egress'] });
const both = policy('sei-k8s-controller-system', 'walled', {
  podSelector: {},
  policyTypes: ['Egress'],
  egress: [{}],
});

rows('NetworkPolicy', [
  ['the template is made', 'allowed', undefined, template, world({ policies: [] })],
  ['the only one is deleted', 'denied netpol-public-port netpol-tasks-port', template, undefined],
  ['one of two that isolate is deleted', 'allowed', shut, undefined, world({ policies: [template, shut] })],
  [
    'the other one is on its way out already',
    'denied netpol-public-port netpol-tasks-port',
    template,
    undefined,
    world({ policies: [template, going(shut)] }),
  ],
  [
    'on its way out it is opened',
    'denied netpol-public-port netpol-tasks-port',
    going(shut),
    going(policy('arctic', 'shut', { podSelector: {}, ingress: [{}] })),
    world({ policies: [template, going(shut)] }),
  ],
  ['a peer is opened', 'denied netpol-tasks-port', template, edited({ ingress: [...ingress, anywhere] })],
  [
    'a rule without from',
    'denied netpol-tasks-port',
    template,
    edited({ ingress: [...ingress, { ports: tasks }] }),
  ],
  [
    'all that is closed is open',
    'denied netpol-public-port netpol-tasks-port',
    template,
    edited({ ingress: [{}] }),
  ],
  [
    'an open one stays open',
    'allowed',
    edited({ ingress: [{}] }),
    edited({ ingress: [{}, anywhere] }),
    world({ policies: [edited({ ingress: [{}] })] }),
  ],
  ['rules in another order', 'allowed', template, edited({ ingress: ingress.toReversed() })],
  [
    'an opening is moved to another policy',
    'allowed',
    undefined,
    policy('arctic', 'more', { podSelector: {}, ingress: [anywhere] }),
    world({ policies: [edited({ ingress: [...ingress, anywhere] })] }),
  ],
  ['a narrower opening', 'allowed', toAllTools, toTools, world({ policies: [toAllTools] })],
  ['a wider one', 'denied netpol-tasks-port', toTools, toAllTools, world({ policies: [toTools] })],
  ['a smaller block', 'allowed', block('10.0.0.0/8'), block('10.1.0.0/16')],
  ['a larger block', 'denied netpol-tasks-port', block('10.1.0.0/16'), block('10.0.0.0/8')],
  [
    'an exception less',
    'denied netpol-tasks-port',
    block('10.0.0.0/8', ['10.1.0.0/16']),
    block('10.0.0.0/8'),
  ],
  [
    // Servers before Kubernetes 1.36 store both.
    'an exception less, written as IPv6',
    'denied netpol-tasks-port',
    block('::/1', ['::ffff:0.0.0.0/95']),
    block('::/1', ['2001:db8::/32']),
  ],
  ['an exception more', 'allowed', block('10.0.0.0/8'), block('10.0.0.0/8', ['10.1.0.0/16'])],
  ['nobody gets in any more', 'denied netpol-blocked', template, edited({ ingress: [] })],
  [
    'whoever was locked out stays so',
    'allowed',
    edited({ ingress: [] }),
    edited({ ingress: [{ ports: [{ port: 26657 }] }] }),
    world({ policies: [edited({ ingress: [] })] }),
  ],
  ['a second one that shuts alone', 'allowed', undefined, shut],
  ['of another namespace', 'allowed', undefined, away],
  ['the controller is held back', 'denied netpol-blocked', undefined, walled],
  ['the controller may leave', 'allowed', undefined, both],
  [
    'among the nodes monitoring may leave again, by a policy that turns to those who come',
    'allowed',
    policy('arctic', 'turned', { podSelector: {}, policyTypes: ['Egress'] }),
    policy('arctic', 'turned', { podSelector: {}, policyTypes: ['Ingress'], ingress }),
    world({ parameters: { ...defaultParameters, monitoring: { namespaceSelector: arctic } } }),
  ],
  [
    'what selects by other labels is told',
    'warned label-contract',
    undefined,
    policy('arctic', 'x', { podSelector: { matchLabels: { app: 'a' } }, ingress: ingress }),
    world({ nodes: [node('n1', { podLabels: { app: 'a' } })] }),
  ],
  [
    // Servers before Kubernetes 1.36 store it; whether its zeros are octal is the network plugin's to say.
    'what cannot be read hides nothing',
    'denied the NetworkPolicy cannot be judged: spec.ingress[1].from[0].ipBlock.cidr "010.0.0.0/8" is no CIDR: write it as in 10.9.8.0/24 or 2001:db8::/64',
    template,
    edited({ ingress: [{}, { from: [{ ipBlock: { cidr: '010.0.0.0/8' } }] }] }),
  ],
  [
    'what cannot be read may be deleted',
    'allowed',
    policy('arctic', 'zeros', {
      podSelector: {},
      ingress: [{ from: [{ ipBlock: { cidr: '010.0.0.0/8' } }] }],
    }),
    undefined,
  ],
  [
    'policies cannot be judged',
    'warned not judged: no parameters',
    template,
    undefined,
    world({ unjudged: 'no parameters' }),
  ],
]);

const space = (name: string, labels: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels },
});
const byTeam = edited({
  ingress: [...ingress, { from: [{ namespaceSelector: { matchLabels: { team: 'a' } } }], ports: tasks }],
});
const controllerByLabel = {
  ...world().parameters,
  controller: { ...world().parameters.controller, namespaceSelector: { matchLabels: { role: 'control' } } },
};
const byRole = edited({
  ingress: [
    {
      from: [
        {
          namespaceSelector: { matchLabels: { role: 'control' } },
          podSelector: controllerByLabel.controller.podSelector!,
        },
      ],
      ports: tasks,
    },
    ...ingress.slice(1),
  ],
});

rows('Namespace', [
  [
    'a label that nobody reads',
    'allowed',
    space('tools'),
    space('tools', { team: 'b' }),
    world({ policies: [byTeam] }),
  ],
  [
    'a label that lets its pods in',
    'denied netpol-tasks-port',
    space('tools'),
    space('tools', { team: 'a' }),
    world({ policies: [byTeam] }),
  ],
  [
    'the label is taken away',
    'allowed',
    space('tools', { team: 'a' }),
    space('tools'),
    world({ policies: [byTeam] }),
  ],
  [
    'its pods got in already',
    'allowed',
    space('tools'),
    space('tools', { team: 'a' }),
    world({ policies: [edited({ ingress: [...byTeam.spec!.ingress!, anywhere] })] }),
  ],
  [
    'the controller would be locked out',
    'denied netpol-blocked',
    space('control', { role: 'control' }),
    space('control'),
    world({ policies: [byRole], parameters: controllerByLabel }),
  ],
]);

const pod = (namespace: string, labels: object = {}, name = 'p0') => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { namespace, name, labels },
  spec: { containers: [] },
});
const control = { 'control-plane': 'controller-manager', 'app.kubernetes.io/name': 'sei-k8s-controller' };
const dashed = edited({
  ingress: [...ingress, { from: [{ podSelector: { matchLabels: control } }], ports: tasks }],
});
const contract = { 'sei.io/node': 'n0', 'sei.io/chain': 'arctic-1', 'sei.io/role': 'node' };

rows('Pod', [
  ['an ordinary one', 'allowed', undefined, pod('default', { app: 'curl' })],
  [
    'an ordinary one where all is open',
    'allowed',
    undefined,
    pod('default', { app: 'curl' }),
    world({ policies: [] }),
  ],
  [
    "one with the controller's labels where all is open",
    'allowed',
    undefined,
    pod('arctic', control),
    world({ policies: [] }),
  ],
  ["one with the controller's labels elsewhere", 'allowed', undefined, pod('default', control)],
  [
    'one that these labels let in',
    'denied netpol-tasks-port',
    undefined,
    pod('arctic', control),
    world({ policies: [dashed] }),
  ],
  [
    'one that is given them',
    'denied netpol-tasks-port',
    pod('arctic'),
    pod('arctic', control),
    world({ policies: [dashed] }),
  ],
  ['one that loses them', 'allowed', pod('arctic', control), pod('arctic'), world({ policies: [dashed] })],
  ['the controller itself', 'allowed', undefined, pod('sei-k8s-controller-system', control)],
  [
    'the controller loses its labels',
    'denied netpol-blocked',
    pod('sei-k8s-controller-system', control),
    pod('sei-k8s-controller-system'),
  ],
  ['monitoring has any labels', 'allowed', pod('monitoring', { app: 'a' }), pod('monitoring')],
  [
    "a node's pod leaves its policy",
    'denied label-contract netpol-public-port netpol-tasks-port',
    pod('arctic', contract, 'n0-0'),
    pod('arctic', {}, 'n0-0'),
  ],
  [
    "a node's pod has one label more",
    'allowed',
    pod('arctic', contract, 'n0-0'),
    pod('arctic', { ...contract, app: 'a' }, 'n0-0'),
  ],
]);
