import { objectsOf } from '../../../test/policies/workload.ts';
import { type Case, created, namespaces, networkPolicy, node, updated } from './objects.ts';

const good = objectsOf(node());
const wrong = node({ podLabels: { 'sei.io/role': 'validator' } });
const elsewhere = objectsOf(node());
elsewhere.statefulSet.spec.template.metadata.labels['sei.io/chain'] = 'pacific-1';
const bare = objectsOf(node());
delete bare.pod.metadata.labels['sei.io/role'];
const byApp = networkPolicy('by-app', { podSelector: { matchLabels: { app: 'sei' } } });

/** Of nodes, of what they run as, and of what runs without a node. */
export const labelCases: readonly Case[] = [
  { name: 'labels of its own', object: node({ podLabels: { team: 'chain' } }), inventory: [] },
  {
    name: 'a label of the contract',
    object: wrong,
    inventory: [],
    message: 'spec.podLabels sets sei.io/role to validator',
  },
  {
    name: 'a new node with a label of the contract',
    object: created(wrong),
    inventory: [],
    message: 'spec.podLabels sets sei.io/role to validator',
  },
  {
    name: 'an edit of a node that had it before',
    object: updated(wrong, { ...wrong, spec: { ...wrong.spec, image: 'sei:v6.4.0' } }),
    inventory: [],
  },
  { name: 'a pod as the operator makes it', object: node(), inventory: [good.pod, good.statefulSet] },
  {
    name: 'a StatefulSet with another chain',
    object: node(),
    inventory: [elsewhere.statefulSet],
    message: "StatefulSet n0: the pod's label sei.io/chain is pacific-1, not arctic-1",
  },
  {
    name: 'a pod that loses a label',
    object: updated(good.pod, bare.pod),
    inventory: [node()],
    message: 'Pod n0-0: the pod has no label sei.io/role',
  },
  { name: 'a pod that never had it', object: updated(bare.pod, bare.pod), inventory: [node()] },
  {
    name: 'a pod whose node is not there',
    object: bare.pod,
    inventory: [],
    message: 'Pod n0-0: the pod has no label sei.io/role',
  },
  { name: 'a pod of a node is told of by the node', object: bare.pod, inventory: [node()] },
  {
    name: 'a policy by another label',
    object: node({ podLabels: { app: 'sei' } }),
    inventory: [...namespaces, byApp],
    message: 'NetworkPolicy arctic/by-app: it selects the pod by app',
  },
];
