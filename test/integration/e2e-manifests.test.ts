import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import anyTest, { type ExecutionContext } from 'ava';
import { load } from 'js-yaml';
import { pods, seiNodes } from '../../cluster/resource.ts';
import { defaultTasksPort } from '../../core/listeners.ts';
import { snapshotOf } from '../../core/plan/spec.ts';
import type { SeiNode } from '../../core/seinode.ts';
import { until } from '../control-plane/until.ts';
import { manifest, manifestNames } from '../core/resources/nodes.ts';
import { objectStoreOf, withObjectStore } from '../object-store/object-store.ts';
import { archiveOf, snapshotOf as filesOf, writeFiles } from '../sidecar/snapshots/place.ts';
import { ask } from './ask.ts';
import { fillBuckets, genesis, type Outside, startOutside } from './outside.ts';
import { archives, latest, type Row, rows } from './outside-rows.ts';
import type { Place } from './place.ts';
import { withPods } from './with-pods.ts';

const { test, bed } = withPods();
const store = objectStoreOf(anyTest);
const storeTest = withObjectStore(test as typeof anyTest);

let outside: Outside;
const common = Promise.withResolvers<Place>();
anyTest.after.always(() => outside?.close());

storeTest('the operator runs, and what pacific-1 has outside of the cluster is there', async t => {
  fillBuckets(store(), Object.fromEntries(archives.map(height => [height, archiveOf(height)])));
  outside = await startOutside(store(), latest);
  for (const node of manifestNames.map(manifest)) {
    const { image, sidecar } = node.spec;
    bed().images.set(sidecar!.image!, outside.sidecar);
    for (const each of [image, snapshotOf(node)?.bootstrapImage ?? image])
      bed().images.set(each, outside.seid);
  }
  // The store is in this region alone.
  const regions = ['SNAPSHOT', 'GENESIS', 'RESULT_EXPORT'].map(of => [`SEI_${of}_REGION`, 'us-east-1']);
  await t.notThrowsAsync(bed().operator(Object.fromEntries(regions)));
  common.resolve(bed().inNamespace('default'));
});

for (const row of rows) {
  const { name, isSecured = false, sent = [] } = row;
  storeTest(`${name}${isSecured ? ' under TLS' : ''} runs, and its sidecar has done its tasks`, async t => {
    const place = await (isSecured ? bed().inNamespace('secured') : common.promise);
    const home = join(bed().controlPlane.directory, 'claims', place.namespace, `data-${name}`);
    writeFiles(home, { 'differs-from': String(row.differs ?? '') });
    await apply(t, row, place);
    const { status } = await place.runs(name);
    isOnVolume(t, row, home);
    await place.awaits('sends what it has', () => sent.every(key => existsSync(pathOf(key))));
    row.sees?.(t, key => readFileSync(pathOf(key)));
    if (!isSecured) await tasksAreDone(t, status);
    await place.remove(seiNodes, name);
    await place.awaits('gone', () => place.found(seiNodes, name) === undefined);
    await place.awaits('its pod gone', () => place.found(pods, `${name}-0`) === undefined);
    // Not before: a store that misses an object in the middle of a PUT fails it, and the sidecar sends it once more.
    for (const key of sent) rmSync(pathOf(key));
  });
}

/** As it is; under TLS with its Secret, in a namespace that has one. */
async function apply(t: ExecutionContext, { name, isSecured }: Row, place: Place): Promise<void> {
  const text = readFileSync(join(import.meta.dirname, `../fixtures/manifests/${name}.yaml`), 'utf8');
  const { metadata, spec, ...rest } = load(text) as SeiNode;
  const { namespace } = place;
  const sidecar = { ...spec.sidecar, tls: { secretName: 'n0-tls' } };
  const secured = { ...rest, metadata: { ...metadata, namespace }, spec: { ...spec, sidecar } };
  if (isSecured) await place.provide(await place.pair(place.namesOf(name)), [name]);
  const input = isSecured ? JSON.stringify(secured) : text;
  const args = ['apply', '--validate=warn', '-f', '-'];
  const { code, stderr } = await bed().controlPlane.kubectl(args, { input });
  t.is(code, 0, stderr);
}

function isOnVolume(t: ExecutionContext, { restored, config, app }: Row, home: string): void {
  const read = (file: string) => readFileSync(join(home, file));
  t.is(read('config/genesis.json').toString(), genesis);
  const peers = `persistent-peers = "${outside.peers.join(',')}"`;
  const missing = (file: string, lines: readonly string[]) => {
    const there = read(file).toString().split('\n');
    return lines.filter(line => !there.includes(line));
  };
  t.deepEqual(missing('config/config.toml', [peers, ...config]), []);
  t.deepEqual(missing('config/app.toml', app), []);
  for (const [path, content] of Object.entries(restored === undefined ? {} : filesOf(restored))) {
    t.deepEqual(read(`data/snapshots/${path}`), Buffer.from(content), path);
  }
}

/** Each task that the plan has sent, by the sidecar's own word; what goes on for ever still runs, an export has found what differs. */
async function tasksAreDone(t: ExecutionContext, status: SeiNode['status']): Promise<void> {
  const sent = status?.plan?.tasks.map(({ id }) => id) ?? [];
  type Told = { readonly id: string; readonly type: string; readonly status: string };
  const isDone = (task: Told) => task.status === (task.type === 'snapshot-upload' ? 'running' : 'completed');
  let told: Told[] = [];
  const done = await until(async () => {
    const { text } = await ask({ port: defaultTasksPort, path: '/v0/tasks' });
    told = JSON.parse(text).filter(({ id }: Told) => sent.includes(id));
    return told.length > 4 && told.every(isDone);
  });
  t.true(done, JSON.stringify(told));
}

/** Of an object in the store, by BUCKET/KEY. */
function pathOf(key: string): string {
  return join(store().root, key);
}
