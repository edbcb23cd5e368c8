import { persistentVolumeClaims, pods, seiNodes } from '../../cluster/resource.ts';
import { taskID, taskKind } from '../../core/plan/tasks.ts';
import { conditionOf, type SeiNode } from '../../core/seinode.ts';
import { until } from '../control-plane/until.ts';
import { type Entry, fleet, nodes } from '../upgrade/load.ts';
import { newImage } from '../upgrade/nodes.ts';
import { type Found, isSettled, steady, stopped, withFleet } from './with-fleet.ts';

const { test, bed, operator, takeOver, objects } = withFleet();
const kinds = ['statefulsets', 'pods', 'jobs', 'services', 'configmaps', 'persistentvolumeclaims'] as const;
let before: ReadonlyMap<string, Found>;

test('task ids of the controller before are those that we would give', t => {
  for (const { metadata, status } of nodes) {
    const { id = '', tasks = [] } = status?.plan ?? {};
    for (const [index, task] of tasks.entries()) t.is(task.id, taskID(id, task.type, index), metadata.name);
  }
});

test('the cluster is as it was recorded, down to who owns which field', async t => {
  const stored = new Map([...(await all()), ...(await byKind('seinodes'))]);
  for (const { kind, metadata } of fleet) {
    const key = `${kind.toLowerCase()}s/${metadata.name}`;
    if (kind === 'SeiNodeDeployment' || key.endsWith('/volume') || metadata.name === 'leaving') continue;
    t.deepEqual(ownersIn(stored.get(key)!), ownersIn({ metadata } as Found), key);
  }
});

test('our operator takes it over with one write of status a node, and of nothing else', async t => {
  before = await all();
  await takeOver(t);
  const writes = counted(operator().writes());
  const statuses = steady.map(name => [`PATCH seinodes/${name}/status`, 1] as const);
  t.like(writes, Object.fromEntries(statuses));
  const others = Object.keys(writes).filter(what => !/^PATCH seinodes\/\w+[-\w]*\/status$/.test(what));
  t.deepEqual(others.toSorted(), [
    'DELETE persistentvolumeclaims/data-leaving',
    'DELETE statefulsets/leaving',
    'PATCH persistentvolumeclaims/volume',
    'PATCH seinodes/leaving',
  ]);
  t.deepEqual(operator().errors(), []);
});

test('no pod, template, volume or Service is another than before, and no field has another owner', async t => {
  const after = await all();
  for (const [key, { metadata, spec }] of before) {
    if (/\/(data-)?leaving(-0|-rbac-proxy-config)?$|pods\/updating-0/.test(key)) continue;
    const now = after.get(key);
    t.is(now?.metadata.uid, metadata.uid, key);
    t.deepEqual(now?.spec, spec, key);
    t.deepEqual(ownersIn(now!).filter(isNotClaimMark), ownersIn({ metadata } as Found), key);
  }
});

test('of a node only status has another owner: what is ours, field by field', async t => {
  for (const [key, now] of await byKind('seinodes')) {
    const then = fleet.find(
      ({ kind, metadata }) => kind === 'SeiNode' && key === `seinodes/${metadata.name}`,
    )!;
    const main = ({ subresource }: Entry) => subresource === undefined;
    t.deepEqual(ownersIn(now).filter(main), ownersIn(then as Found).filter(main), key);
    t.true(
      now.metadata.managedFields.every(({ manager }) =>
        ['manager', 'unknown', 'seinode-controller'].includes(manager),
      ),
    );
  }
});

test('what a plan of the controller before had begun is ended under the same ids, each sent once', async t => {
  const { place, sidecars, said, release } = bed();
  said.fates.delete(place.key('restoring'));
  release();
  for (const name of ['restoring', 'updating']) {
    const { status } = await place.runs(name);
    const planned = nodes.find(({ metadata }) => metadata.name === name)?.status?.plan;
    const idsOf = (plan: typeof planned) => plan?.tasks.map(({ id }) => id);
    t.deepEqual(idsOf(status?.plan), idsOf(planned), name);
    const sent = sidecars.tasksOf(place.key(name)).map(({ id }) => id);
    t.deepEqual(
      sent,
      planned?.tasks.filter(({ type }) => taskKind(type)?.runsOn === 'sidecar').map(({ id }) => id),
    );
  }
  t.is(place.found<SeiNode>(seiNodes, 'updating')?.status?.currentImage, newImage);
  t.not(place.podOf('updating'), before.get('pods/updating-0')?.metadata.uid);
  t.is(place.podOf('restoring'), before.get('pods/restoring-0')?.metadata.uid);
});

test('a node that was failed stays so, and one that was leaving is gone with its volume', async t => {
  const { place } = bed();
  const { status } = place.found<SeiNode>(seiNodes, 'failed')!;
  t.is(status?.phase, 'Failed');
  t.deepEqual(status?.plan, nodes.find(({ metadata }) => metadata.name === 'failed')?.status?.plan);
  t.is(place.found(persistentVolumeClaims, 'data-leaving'), undefined);
  t.is(place.found(pods, 'leaving-0'), undefined);
});

for (const name of ['ceremony', 'replayer']) {
  test(`node ${name}, whose beginnings take more than a sidecar, goes on as well`, async t => {
    const { place, said } = bed();
    said.fates.delete(place.key(name));
    const { status } = await place.runs(name);
    const planned = nodes.find(({ metadata }) => metadata.name === name)?.status?.plan;
    t.deepEqual(
      status?.plan?.tasks.map(({ id }) => id),
      planned?.tasks.map(({ id }) => id),
    );
  });
}

test('started anew it looks at every node and writes nothing', async t => {
  // What it still had to say of them when it is killed, it says afterwards.
  for (const name of stopped.filter(name => !['failed', 'leaving'].includes(name))) {
    await bed().place.becomes('is settled', node => isSettled(node) && isAnswered(node), name);
  }
  await operator().restart('SIGKILL');
  const so = operator().writes().length;
  const looked = () => operator().metric('controller_runtime_reconcile_total');
  t.true(await until(async () => (await looked()) >= nodes.length - 1));
  t.deepEqual(counted(operator().writes().slice(so)), {});
});

/** Its sidecar was heard since it runs. */
function isAnswered({ status }: SeiNode): boolean {
  return conditionOf(status, 'SidecarReady')?.status === 'True';
}

async function byKind(kind: Parameters<typeof objects>[0]): Promise<[string, Found][]> {
  return [...(await objects(kind))].map(([name, object]) => [`${kind}/${name}`, object]);
}

async function all(): Promise<ReadonlyMap<string, Found>> {
  return new Map((await Promise.all(kinds.map(byKind))).flat());
}

/** Who owns what, whenever it was; what controllers of the cluster say of their objects changes by itself. */
function ownersIn({ metadata }: Found): Omit<Entry, 'time'>[] {
  return metadata.managedFields
    .map(({ time: _, ...entry }) => entry)
    .filter(
      ({ manager, subresource }) =>
        manager !== 'kube-controller-manager' && (manager !== 'unknown' || subresource === undefined),
    )
    .toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
}

/** ADR 40: the annotation on a claim that is imported. */
function isNotClaimMark({ manager, fieldsV1 }: Omit<Entry, 'time'>): boolean {
  return (
    manager !== 'seinode-controller' ||
    !(
      'f:metadata' in fieldsV1 &&
      JSON.stringify(fieldsV1).includes('f:annotations') &&
      Object.keys(fieldsV1).length === 1
    )
  );
}

/** Requests by verb and object. */
function counted(requests: readonly { method: string; path: string }[]): Record<string, number> {
  const found: Record<string, number> = {};
  for (const { method, path } of requests) {
    const what = `${method} ${path.replace(/\?.*/, '').replace(/.*\/namespaces\/fleet\//, '')}`;
    found[what] = (found[what] ?? 0) + 1;
  }
  return found;
}
