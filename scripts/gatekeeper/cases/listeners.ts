import { argument, objectsOf } from '../../../test/policies/workload.ts';
import { type Case, created, node, updated } from './objects.ts';

const good = objectsOf(node());
const open = objectsOf(node());
argument(open.pod, '--ignore-paths=/v0/metrics');
argument(open.statefulSet.spec.template, '--ignore-paths=/v0/metrics');
open.service.spec.type = 'NodePort';
open.service.spec.ports = open.service.spec.ports.filter(({ name }: { name: string }) => name !== 'api');

const ignores = 'kube-rbac-proxy has --ignore-paths=/v0/metrics';
const publishes = 'Service n0: it has no port api 8443';

/** Of nodes with what they run as, of that as it is written, and of what runs without a node. */
export const listenerCases: readonly Case[] = [
  {
    name: 'a node as the operator makes it',
    object: node(),
    inventory: [good.pod, good.statefulSet, good.service],
  },
  {
    name: 'a pod with an open path',
    object: node(),
    inventory: [open.pod, good.statefulSet],
    message: `Pod n0-0: ${ignores}`,
  },
  {
    name: 'a StatefulSet with an open path',
    object: node(),
    inventory: [open.statefulSet],
    message: `StatefulSet n0: ${ignores}`,
  },
  {
    name: 'a new StatefulSet with an open path',
    object: created(open.statefulSet),
    inventory: [node()],
    message: `StatefulSet n0: ${ignores}`,
  },
  {
    name: 'an edit that opens a path',
    object: updated(good.statefulSet, open.statefulSet),
    inventory: [node()],
    message: `StatefulSet n0: ${ignores}`,
  },
  {
    name: 'an edit of a StatefulSet that had it before',
    object: updated(open.statefulSet, {
      ...open.statefulSet,
      spec: { ...open.statefulSet.spec, replicas: 0 },
    }),
    inventory: [node()],
  },
  {
    name: 'a pod comes of its StatefulSet, which was judged',
    object: created(open.pod),
    inventory: [node()],
  },
  { name: 'a StatefulSet of a node is told of by the node', object: open.statefulSet, inventory: [node()] },
  {
    name: 'a StatefulSet whose node is not there',
    object: open.statefulSet,
    inventory: [],
    message: `StatefulSet n0: ${ignores}`,
  },
  {
    name: 'a Service without its port',
    object: updated(good.service, { ...open.service, spec: { ...open.service.spec, type: 'ClusterIP' } }),
    inventory: [node()],
    message: publishes,
  },
];
