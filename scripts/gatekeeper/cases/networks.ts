import { objectsOf } from '../../../test/policies/workload.ts';
import {
  type Case,
  created,
  deleted,
  namespace,
  namespaces,
  networkPolicy,
  node,
  template,
  updated,
  withoutTLS,
} from './objects.ts';

const anybody = (port: number) => networkPolicy('anybody', { ingress: [{ ports: [{ port }] }] });
const fromTeam = (port: number) =>
  networkPolicy('team', {
    ingress: [{ ports: [{ port }], from: [{ namespaceSelector: { matchLabels: { team: 'chain' } } }] }],
  });
const closed = networkPolicy('closed', { policyTypes: ['Ingress'] });
const { pod } = objectsOf(node());
const bare = { ...pod, metadata: { ...pod.metadata, labels: { app: 'sei' } } };
const none = 'no NetworkPolicy isolates the pod';

/** The two ports that only some may reach are judged alike. */
export const openCases: Readonly<Record<string, readonly Case[]>> = {
  'netpol-tasks-port': [
    ...openAt(8443, 'the controller'),
    {
      name: 'without TLS the tasks are elsewhere',
      object: withoutTLS,
      inventory: namespaces,
      message: '7777 is open beyond the controller',
    },
  ],
  'netpol-public-port': openAt(9100, 'monitoring'),
};

function openAt(port: number, whom: string): Case[] {
  const open = `${port} is open beyond ${whom}`;
  const by = `${open}: ingress[0] of NetworkPolicy arctic/anybody`;
  const guarded = [...namespaces, node(), template];
  return [
    { name: 'the template', object: node(), inventory: [...namespaces, template] },
    { name: 'no policy', object: node(), inventory: namespaces, message: `${open}: ${none}` },
    { name: 'nothing is synced', object: node(), inventory: [] },
    { name: 'a new node', object: created(node()), inventory: namespaces },
    {
      name: 'a policy for anybody',
      object: node(),
      inventory: [...namespaces, template, anybody(port)],
      message: by,
    },
    {
      name: 'a policy is told of by the nodes',
      object: anybody(port),
      inventory: [...guarded, anybody(port)],
    },
    { name: 'a new policy for anybody', object: created(anybody(port)), inventory: guarded, message: by },
    { name: 'a new policy for another port', object: created(anybody(26656)), inventory: guarded },
    {
      name: 'an edit that opens',
      object: updated(anybody(26656), anybody(port)),
      inventory: [...guarded, anybody(26656)],
      message: by,
    },
    {
      name: 'an edit of what was open',
      object: updated(anybody(port), {
        ...anybody(port),
        metadata: { ...anybody(port).metadata, labels: { a: 'b' } },
      }),
      inventory: [...guarded, anybody(port)],
    },
    {
      name: 'the last policy goes',
      object: deleted(template),
      inventory: guarded,
      message: `${open}: ${none}`,
    },
    {
      name: 'a policy beside others goes',
      object: deleted(anybody(port)),
      inventory: [...guarded, anybody(port)],
    },
    {
      name: 'a namespace gets a label that lets it in',
      object: updated(namespace('default'), namespace('default', { team: 'chain' })),
      inventory: [...guarded, namespace('default'), fromTeam(port)],
      message: `${open}: ingress[0].from[0] of NetworkPolicy arctic/team`,
    },
    {
      name: 'a namespace gets another label',
      object: updated(namespace('default'), namespace('default', { a: 'b' })),
      inventory: [...guarded, namespace('default'), fromTeam(port)],
    },
    {
      name: 'a pod leaves its policies',
      object: updated(pod, bare),
      inventory: [...guarded, pod],
      message: `${open}: ${none}`,
    },
    { name: 'a pod without its node', object: pod, inventory: namespaces, message: `${open}: ${none}` },
    { name: 'a pod of a node is told of by the node', object: pod, inventory: [...namespaces, node(), pod] },
  ];
}

const controller = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: 'controller-0',
    namespace: 'sei-k8s-controller-system',
    labels: { 'control-plane': 'controller-manager', 'app.kubernetes.io/name': 'sei-k8s-controller' },
  },
};
const noEgress = {
  ...networkPolicy('no-egress', { podSelector: {}, policyTypes: ['Egress'] }),
  metadata: { name: 'no-egress', namespace: 'sei-k8s-controller-system' },
};
// Monitoring gets in.
const forMonitoring = networkPolicy('monitoring', {
  ingress: [
    {
      ports: [{ port: 9100 }],
      from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }],
    },
  ],
});

/** The controller is locked out, at the node or at its own side. */
export const blockedCases: readonly Case[] = [
  { name: 'the template', object: node(), inventory: [...namespaces, template] },
  { name: 'no policy', object: node(), inventory: namespaces },
  {
    name: 'only monitoring gets in',
    object: node(),
    inventory: [...namespaces, forMonitoring],
    message: 'the controller cannot connect to 8443: NetworkPolicy arctic/monitoring isolates',
  },
  {
    name: 'a new policy isolates',
    object: created(forMonitoring),
    inventory: [...namespaces, node()],
    message: 'the controller cannot connect to 8443',
  },
  {
    name: 'the way in goes',
    object: deleted(template),
    inventory: [...namespaces, node(), template, forMonitoring],
    message: 'the controller cannot connect to 8443',
  },
  {
    name: 'a second policy that isolates',
    object: created(closed),
    inventory: [...namespaces, node(), template],
  },
  {
    name: 'the egress of a controller that is there',
    object: node(),
    inventory: [...namespaces, template, controller, noEgress],
    message: 'pod sei-k8s-controller-system/controller-0 of the controller cannot connect to 8443',
  },
  {
    name: 'a new policy on the way out',
    object: created(noEgress),
    inventory: [...namespaces, node(), template, controller],
    message: 'pod sei-k8s-controller-system/controller-0 of the controller cannot connect to 8443',
  },
  {
    name: 'a policy on the way out of others',
    object: created({ ...noEgress, metadata: { name: 'no-egress', namespace: 'default' } }),
    inventory: [...namespaces, namespace('default'), node(), template],
  },
];
