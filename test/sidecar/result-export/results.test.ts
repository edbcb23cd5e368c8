import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import test from 'ava';
import { s3Client } from '../../../sidecar/s3/client.ts';
import { SidecarStops } from '../../../sidecar/tasks/task.ts';
import { objectStoreOf, withObjectStore } from '../../object-store/object-store.ts';
import { noise, noon, place, sidecarAt, writeFiles } from '../snapshots/place.ts';
import { receipt, serveChain } from './chain.ts';
import { bytesOf, exporting, linesOf, objects, range, stateFile } from './place.ts';

const store = objectStoreOf(test);
const storeTest = withObjectStore();
const restored = { '.sei-sidecar-snapshot-height': '200' };
const outbox = 'tmp/result-export';

storeTest('whole pages of a thousand go to the store, from the restored snapshot on', async t => {
  const [here, chain] = [place(store()), await serveChain(t, { latest: 2300 })];
  writeFiles(here.home, restored);
  t.deepEqual(await exporting(here, { rpcEndpoint: chain.url }), {
    ok: false,
    error: 'the export of results was stopped: enough',
  });
  t.deepEqual(objects(store(), here), ['201-1200.ndjson.gz', '1201-2200.ndjson.gz']);
  const lines = objects(store(), here).flatMap(name => linesOf(store(), here, name));
  t.deepEqual(
    lines.map(({ height }) => height),
    range(201, 2200),
  );
  t.deepEqual(lines[0], {
    block_results: { jsonrpc: '2.0', id: -1, result: { height: '201', txs_results: [receipt(201)] } },
    exported_at: noon,
    height: 201,
  });
  t.is(readFileSync(join(here.home, stateFile), 'utf8'), '{"lastExportedHeight":2200}');
  const metrics = await here.context.metrics.registry.metrics();
  t.regex(metrics, /^sidecar_result_export_last_height{chain="atlantic-2"} 2200$/m);
});

storeTest('what is exported is what the RPC answered: on one line, no number loses a digit', async t => {
  const [here, chain] = [place(store()), await serveChain(t, { latest: 1000 })];
  chain.instead = (path, response) => {
    if (path !== '/block_results?height=1') return false;
    response.end('{"height":1,\r\n\t "n": 12345678901234567890,\n"s":"a  b","txs_results":null}\n');
    return true;
  };
  await exporting(here, { rpcEndpoint: chain.url });
  const [line] = gunzipSync(bytesOf(store(), here, '1-1000.ndjson.gz'))
    .toString()
    .split('\n');
  const results = '{"height":1,"n": 12345678901234567890,"s":"a  b","txs_results":null}';
  t.is(line, `{"block_results":${results},"exported_at":"${noon}","height":1}`);
});

storeTest('the state of the published sidecar is gone on with, whatever was restored', async t => {
  const [here, chain] = [place(store()), await serveChain(t, { latest: 6000 })];
  writeFiles(here.home, { ...restored, [stateFile]: '{"lastExportedHeight":5000}' });
  await exporting(here, { rpcEndpoint: chain.url });
  t.deepEqual(objects(store(), here), ['5001-6000.ndjson.gz']);
});

storeTest('a state that is no JSON is none', async t => {
  const [here, chain] = [place(store()), await serveChain(t, { latest: 1200 })];
  writeFiles(here.home, { ...restored, [stateFile]: '{"lastExp' });
  await exporting(here, { rpcEndpoint: chain.url });
  t.deepEqual(objects(store(), here), ['201-1200.ndjson.gz']);
});

storeTest(
  'a node that has pruned beyond the restored snapshot begins with the first block that it has',
  async t => {
    const [here, chain] = [place(store()), await serveChain(t, { earliest: 301, latest: 1300 })];
    writeFiles(here.home, restored);
    await exporting(here, { rpcEndpoint: chain.url });
    t.deepEqual(objects(store(), here), ['301-1300.ndjson.gz']);
  },
);

storeTest('where nothing is known it begins with the first block that the node has', async t => {
  const [here, chain] = [place(store()), await serveChain(t, { earliest: 77, latest: 1076 })];
  await exporting(here, { rpcEndpoint: chain.url });
  t.deepEqual(objects(store(), here), ['77-1076.ndjson.gz']);
});

storeTest(
  'a page that is refused is sent again later, the same bytes, and the state waits for it',
  async t => {
    const [here, chain] = [place(store()), await serveChain(t, { latest: 1000 })];
    store().faults.set(here.bucket, () => ({ status: 403, code: 'AccessDenied' }));
    const pauses: number[] = [];
    await exporting(here, { rpcEndpoint: chain.url }, async milliseconds => {
      pauses.push(milliseconds / 1000);
      if (pauses.length < 7) return;
      here.stop.abort(new SidecarStops('the sidecar stops'));
      here.stop.signal.throwIfAborted();
    });
    t.deepEqual(pauses, [5, 10, 20, 40, 60, 60, 60]);
    t.is(readFileSync(join(here.home, stateFile), 'utf8'), '{"lastExportedHeight":0}');
    t.regex(here.lines.at(-1)!.msg, /held up: the page s3:.*AccessDenied \(403\)/);
    const written = readFileSync(join(here.home, outbox, '1-1000.ndjson.gz'));
    store().faults.delete(here.bucket);
    const later = sidecarAt(here.home, here.bucket, {}, () => new Date('2026-04-01T00:00:00Z'));
    await exporting({ ...later, bucket: here.bucket }, { rpcEndpoint: chain.url });
    t.true(bytesOf(store(), here, '1-1000.ndjson.gz').equals(written));
    t.deepEqual(readdirSync(join(here.home, outbox)), []);
  },
);

storeTest('a node that is down for a while costs nothing of a page that was begun', async t => {
  const [here, chain] = [place(store()), await serveChain(t, { latest: 1000 })];
  let failed = 0;
  chain.instead = (path, response) => {
    if (path !== '/block_results?height=500' || ++failed > 3) return false;
    response.writeHead(500).end('{"jsonrpc":"2.0","error":{"code":-32603}}');
    return true;
  };
  const pauses: number[] = [];
  await exporting(here, { rpcEndpoint: chain.url }, async milliseconds => {
    pauses.push(milliseconds / 1000);
    if (pauses.length === 4) here.stop.abort();
    here.stop.signal.throwIfAborted();
  });
  t.deepEqual(pauses, [5, 10, 20, 5]);
  t.is(chain.asked.filter(path => path === '/block_results?height=499').length, 1);
  t.deepEqual(
    linesOf(store(), here, '1-1000.ndjson.gz').map(({ height }) => height),
    range(1, 1000),
  );
  const metrics = await here.context.metrics.registry.metrics();
  t.regex(metrics, /^sidecar_result_export_faults_total{chain="atlantic-2",of="local"} 3$/m);
});

storeTest('an error that the node answers with is never exported', async t => {
  const [here, chain] = [place(store()), await serveChain(t, { latest: 1000 })];
  chain.instead = (path, response) => {
    if (!path.startsWith('/block_results')) return false;
    response.end('{"jsonrpc":"2.0","error":{"code":-32603,"message":"pruned"}}');
    return true;
  };
  await exporting(here, { rpcEndpoint: chain.url });
  t.deepEqual(objects(store(), here), []);
  t.regex(here.lines.at(-1)!.msg, /the node's RPC answers \/block_results\?height=1 with an error/);
});

storeTest('a task that is deleted amid a page ends and leaves nothing begun', async t => {
  const [here, chain] = [place(store()), await serveChain(t)];
  chain.instead = path => {
    if (path !== '/block_results?height=700') return false;
    here.stop.abort();
    return true;
  };
  t.false((await exporting(here, { rpcEndpoint: chain.url })).ok);
  t.deepEqual(readdirSync(join(here.home, outbox)), []);
  t.deepEqual(objects(store(), here), []);
});

storeTest(
  'a page that is too long for one request goes in parts, and of one that fails no part stays',
  async t => {
    const [here, chain] = [place(store()), await serveChain(t, { latest: 1000 })];
    // What does not compress.
    const words = Array.from({ length: 8 }, (_, part) => noise(3_000_000, String(part)).toString('base64'));
    chain.receipts = height => [{ ...receipt(height), log: words[height] ?? '' }];
    let refused = 0;
    store().faults.set(here.bucket, ({ path }) =>
      path.includes('partNumber=2') && refused++ === 0 ? { status: 403, code: 'AccessDenied' } : undefined,
    );
    const pauses: number[] = [];
    await exporting(here, { rpcEndpoint: chain.url }, async milliseconds => {
      pauses.push(milliseconds);
      if (pauses.length === 2) here.stop.abort();
      here.stop.signal.throwIfAborted();
    });
    const lines = linesOf(store(), here, '1-1000.ndjson.gz');
    t.is(lines[6].block_results.result.txs_results[0].log, words[7]);
    t.is(
      store().asked.filter(({ path }) => path.startsWith(`/${here.bucket}/`) && /uploads/.test(path)).length,
      2,
    );
    const client = s3Client('us-east-1');
    const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: here.bucket }));
    client.destroy();
    t.deepEqual(Uploads, []);
  },
);
