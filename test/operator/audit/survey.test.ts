import test from 'ava';
import { ClusterError } from '../../../cluster/error.ts';
import { pods, type Resource, seiNodes, services, statefulSets } from '../../../cluster/resource.ts';
import type { Secret } from '../../../core/kubernetes.ts';
import type { NetworkPod } from '../../../core/network/network.ts';
import type { Fields } from '../../../core/schema/structural.ts';
import { type SeiNode, tlsSecretName } from '../../../core/seinode.ts';
import { survey } from '../../../operator/audit/survey.ts';
import { fullNode, node } from '../../core/plan/nodes.ts';

const named = (name: string, rest: object = {}) => ({ metadata: { namespace: 'arctic', name }, ...rest });
const template = (labels: object) => ({ spec: { template: { metadata: { labels } } } });

/** What a cluster has, and the operator's caches do not: by `plural name`. */
class World {
  readonly cached = new Map<Resource, object[]>([
    [seiNodes, [node(fullNode, undefined, { name: 'n0' })]],
    [statefulSets, [named('n0', template({ 'sei.io/node': 'n0' }))]],
    [pods, [named('n0-0')]],
    [services, [named('n0')]],
  ]);
  readonly hidden = new Map<string, object>();
  readonly read: string[] = [];
  principals: object[] = [];
  fault: string | undefined;

  survey() {
    return survey('arctic', {
      objects: {
        cachedIn: resource => (this.cached.get(resource) ?? []) as Fields[],
        read: async ({ plural }, _, name) => {
          this.read.push(`${plural} ${name}`);
          if (this.fault !== undefined) throw new ClusterError(this.fault);
          return this.hidden.get(`${plural} ${name}`) as Fields | undefined;
        },
      },
      gate: { secretNow: async asked => this.#secret(asked) },
      principals: this.principals as NetworkPod[],
      network: { policies: [], namespaces: new Map(), caveats: [] },
    });
  }

  #secret(asked: SeiNode): Secret | undefined {
    if (this.fault !== undefined) throw new ClusterError(this.fault);
    return named(tlsSecretName(asked)!, { apiVersion: 'v1', kind: 'Secret' }) as Secret;
  }
}

test('what the caches have is asked of nobody', async t => {
  const world = new World();
  const { nodes, orphans, around, unread } = await world.survey();
  t.deepEqual([world.read, orphans, unread], [[], [], []]);
  t.is(nodes[0]?.metadata.name, 'n0');
  t.like(around.pod('arctic', 'n0-0'), { apiVersion: 'v1', kind: 'Pod' });
  t.like(around.statefulSet('arctic', 'n0'), { apiVersion: 'apps/v1', kind: 'StatefulSet' });
});

test('a pod and a Service that hide are found by their names', async t => {
  const world = new World();
  world.cached.delete(pods);
  world.cached.delete(services);
  world.hidden.set('pods n0-0', named('n0-0'));
  const { around } = await world.survey();
  t.deepEqual(world.read.toSorted(), ['pods n0-0', 'services n0']);
  t.truthy(around.pod('arctic', 'n0-0'));
  t.is(around.network.pods.length, 1);
  t.is(around.service('arctic', 'n0'), undefined);
});

test('a node without a StatefulSet has nothing that could hide', async t => {
  const world = new World();
  for (const resource of [statefulSets, pods, services]) world.cached.delete(resource);
  await world.survey();
  t.deepEqual(world.read, []);
});

test('what nobody labelled and no node has is none of ours', async t => {
  const world = new World();
  world.cached.get(statefulSets)!.push(named('web', template({ app: 'web' })));
  const { orphans } = await world.survey();
  t.deepEqual([world.read, orphans], [[], []]);
});

test('of a StatefulSet without its node every pod is looked for, but not a thousand', async t => {
  const world = new World();
  const labels = { metadata: { labels: { 'sei.io/node': 'lone' } } };
  world.cached.get(statefulSets)!.push(named('lone', { spec: { replicas: 1_000, template: labels } }));
  const { orphans } = await world.survey();
  t.is(world.read.filter(each => each.startsWith('pods lone-')).length, 16);
  t.is(orphans.length, 1);
});

test('pods of the controller are among those that may connect, each once', async t => {
  const world = new World();
  world.principals = [named('n0-0'), { metadata: { namespace: 'system', name: 'manager' } }];
  const { around } = await world.survey();
  t.deepEqual(
    around.network.pods.map(({ metadata }) => metadata.name),
    ['n0-0', 'manager'],
  );
});

test('what cannot be read is said', async t => {
  const world = new World();
  const tls = { ...fullNode, sidecar: { tls: { secretName: 's' } } };
  world.cached.set(seiNodes, [node(tls, undefined, { name: 'n0' })]);
  world.cached.delete(pods);
  world.fault = 'no permission';
  const { around, unread } = await world.survey();
  t.deepEqual(unread, [{ message: 'no permission' }, { message: 'no permission' }]);
  t.deepEqual(around.secret('arctic', 's'), { found: 'unreadable', why: 'no permission' });
});

test('a node that cannot be understood is said, and is not judged', async t => {
  const world = new World();
  world.cached.set(seiNodes, [named('n0', { spec: { chainId: 1, image: 'i' } })]);
  const { nodes, orphans, unread } = await world.survey();
  t.deepEqual([nodes, orphans], [[], []]);
  t.regex(unread[0]?.message ?? '', /^SeiNode arctic\/n0: spec\.chainId /);
});
