import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { until } from '../../control-plane/until.ts';
import { temporaryDirectory } from '../../directory.ts';
import { environmentOf, objectStoreOf, withObjectStore } from '../../object-store/object-store.ts';
import { killAll, sidecar } from '../program.ts';
import { serveChain } from './chain.ts';
import { bytesOf, linesOf, objects, range, stateFile } from './place.ts';

const store = objectStoreOf(test);
const storeTest = withObjectStore();
test.after.always(killAll);

const id = '3f2b0c1e-7f2d-4a51-9c43-6a1d2e5f0a11';

storeTest('kill -9 at any height loses no page and makes none twice; the task is sent once', async t => {
  const bucket = 'restart';
  mkdirSync(join(store().root, bucket));
  const [shadow, canonical] = [await serveChain(t, { latest: 1650 }), await serveChain(t)];
  const params = {
    bucket,
    region: 'us-east-1',
    prefix: 'results/pacific-1/',
    rpcEndpoint: shadow.url,
    canonicalRpc: canonical.url,
  };
  const home = temporaryDirectory('home');
  writeFileSync(join(home, '.sei-sidecar-snapshot-height'), '1000');
  const written = new Map<string, Buffer>();
  // Within the first page, at its end, just after one, and where several are done.
  for (const [lives, height] of [1037, 1100, 1201, 1499].entries()) {
    const process = await sidecar(environment(home));
    canonical.instead = path => {
      if (path !== `/block?height=${height}`) return false;
      return process.child.kill('SIGKILL');
    };
    if (lives === 0) await submit(process.tasks, { id, type: 'result-export', params });
    await process.exited;
    for (const name of objects(store(), { bucket })) {
      const bytes = bytesOf(store(), { bucket }, name);
      t.true(written.get(name)?.equals(bytes) ?? true, `${name} was replaced`);
      written.set(name, bytes);
    }
  }
  const diverging = canonical.appHash;
  canonical.appHash = height => (height < 1577 ? diverging(height) : 'FF');
  canonical.instead = () => false;
  const last = await sidecar(environment(home));
  const isCompleted = async () => (await statusOf(last.tasks)) === 'completed';
  t.true(await until(isCompleted), `the last that was asked: ${shadow.asked.at(-1)}`);
  const names = objects(store(), { bucket }).filter(name => !name.includes('report'));
  t.deepEqual(names, [
    ...range(0, 4).map(page => `${1001 + page * 100}-${1100 + page * 100}.compare.ndjson.gz`),
    '1501-1577.compare.ndjson.gz',
  ]);
  const heights = names.flatMap(name => linesOf(store(), { bucket }, name).map(({ height }) => height));
  t.deepEqual(heights, range(1001, 1577));
  t.true(objects(store(), { bucket }).includes('divergence-1577.report.json.gz'));
  t.is(readFileSync(join(home, stateFile), 'utf8'), '{"lastExportedHeight":1577}');
  last.child.kill('SIGTERM');
  await once(last.child, 'exit');
});

function environment(home: string): Record<string, string> {
  return { SEI_CHAIN_ID: 'atlantic-2', SEI_HOME: home, ...environmentOf(store()) };
}

async function submit(tasks: string, body: object): Promise<void> {
  const answer = await fetch(`${tasks}/v0/tasks`, { method: 'POST', body: JSON.stringify(body) });
  if (answer.status !== 201) throw new Error(`${answer.status}: ${await answer.text()}`);
}

async function statusOf(tasks: string): Promise<string> {
  const answer = await fetch(`${tasks}/v0/tasks/${id}`);
  return ((await answer.json()) as { status: string }).status;
}
