import test from 'ava';
import { pods, type Resource, statefulSets } from '../../cluster/resource.ts';
import { observe } from '../../operator/observe.ts';
import { node } from '../core/plan/nodes.ts';
import { settings } from '../core/resources/nodes.ts';

const rows: readonly (readonly [string, Resource | undefined, boolean])[] = [
  ['a pod', pods, true],
  ['a StatefulSet, whose pod nobody has seen yet', statefulSets, true],
  ['nothing', undefined, false],
];
for (const [what, there, mayHavePod] of rows) {
  test(`${what} in the caches: the node ${mayHavePod ? 'may have a' : 'has no'} pod`, t => {
    const cached = (resource: Resource) => (resource === there ? { metadata: { name: 'n0' } } : undefined);
    const objects = { cached, cachedIn: () => [], nodes: () => [] };
    t.is(observe(node({ fullNode: {} }), undefined, { objects, settings }).mayHavePod, mayHavePod);
  });
}
