import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { objectStoreOf, withObjectStore } from '../../object-store/object-store.ts';
import { noon, place, writeFiles } from '../snapshots/place.ts';
import { type Chain, receipt, serveChain } from './chain.ts';
import { exporting, linesOf, objects, range, stateFile } from './place.ts';

const store = objectStoreOf(test);
const storeTest = withObjectStore();

/** A home restored at 1000, its node's chain and the canonical one. */
async function both(t: ExecutionContext, shadow: Partial<Chain> = {}, canonical: Partial<Chain> = {}) {
  const here = place(store());
  writeFiles(here.home, { '.sei-sidecar-snapshot-height': '1000' });
  const chains = { shadow: await serveChain(t, shadow), canonical: await serveChain(t, canonical) };
  const params = { rpcEndpoint: chains.shadow.url, canonicalRpc: `${chains.canonical.url}/` };
  return { here, ...chains, params };
}

const layer0 = { appHashMatch: true, lastResultsHashMatch: true, gasUsedMatch: true };
const other = (height: number, from: number) => (height < from ? height : -height).toString(16);
const hashes = (from: number) => (height: number) => other(height, from).replace('-', 'f').padStart(64, '0');

storeTest('pages of a hundred comparisons go to the store while both chains agree', async t => {
  const { here, params, canonical } = await both(t, { latest: 1250 });
  t.false((await exporting(here, params)).ok);
  t.deepEqual(objects(store(), here), ['1001-1100.compare.ndjson.gz', '1101-1200.compare.ndjson.gz']);
  const lines = objects(store(), here).flatMap(name => linesOf(store(), here, name));
  t.deepEqual(
    lines,
    range(1001, 1200).map(height => ({ height, timestamp: noon, match: true, layer0 })),
  );
  t.is(readFileSync(join(here.home, stateFile), 'utf8'), '{"lastExportedHeight":1200}');
  t.false(canonical.asked.some(path => path.startsWith('/block_results')));
});

storeTest(
  'the first block that differs ends the task: report, page and state tell of it, and of nothing after',
  async t => {
    const differing = (height: number) => [{ ...receipt(height), code: 11, gas_used: '7' }];
    const shadow = { latest: 1250, appHash: hashes(1130), receipts: differing };
    const { here, params } = await both(t, shadow);
    t.deepEqual(await exporting(here, params), { ok: true, value: undefined });
    t.deepEqual(objects(store(), here).toSorted(), [
      '1001-1100.compare.ndjson.gz',
      '1101-1130.compare.ndjson.gz',
      'divergence-1130.report.json.gz',
    ]);
    const last = linesOf(store(), here, '1101-1130.compare.ndjson.gz').at(-1);
    const fields = [
      { field: 'code', shadow: 11, canonical: 0 },
      { field: 'gasUsed', shadow: '7', canonical: '1130' },
    ];
    const [shadowAppHash, canonicalAppHash] = [`${'F46A'.padStart(64, '0')}`, '46A'.padStart(64, '0')];
    t.deepEqual(last, {
      height: 1130,
      timestamp: noon,
      match: false,
      divergenceLayer: 1,
      layer0: { ...layer0, appHashMatch: false, shadowAppHash, canonicalAppHash },
      layer1: { totalTxs: 1, txCountMatch: true, divergences: [{ txIndex: 0, fields }] },
    });
    const [report] = linesOf(store(), here, 'divergence-1130.report.json.gz');
    t.deepEqual(Object.keys(report), ['height', 'timestamp', 'comparison', 'shadow', 'canonical']);
    t.deepEqual(report.comparison, last);
    t.is(report.shadow.block.result.block.header.app_hash, hashes(1130)(1130));
    t.is(report.canonical.blockResults.result.txs_results[0].gas_used, '1130');
    t.is(readFileSync(join(here.home, stateFile), 'utf8'), '{"lastExportedHeight":1130}');
    const metrics = await here.context.metrics.registry.metrics();
    t.regex(metrics, /^sidecar_shadow_divergences_total{chain="atlantic-2",divergence_layer="1"} 1$/m);
    t.regex(metrics, /^sidecar_shadow_blocks_compared_total{chain="atlantic-2"} 130$/m);
  },
);

storeTest('headers alone tell where the receipts cannot be had, after five tries', async t => {
  const { here, params, canonical } = await both(t, { latest: 1250, appHash: hashes(1001) });
  canonical.instead = (path, response) => {
    if (!path.startsWith('/block_results')) return false;
    response.writeHead(500).end();
    return true;
  };
  t.true((await exporting(here, params, async () => {})).ok);
  t.is(canonical.asked.filter(path => path.startsWith('/block_results')).length, 5);
  const [line] = linesOf(store(), here, '1001-1001.compare.ndjson.gz');
  t.like(line, { match: false, divergenceLayer: 0, layer1: undefined });
  const [report] = linesOf(store(), here, 'divergence-1001.report.json.gz');
  t.is(report.canonical.blockResults, null);
});

storeTest('asked to go on, it tells every block that differs in the page, without reports', async t => {
  const { here, params } = await both(t, { latest: 1150, appHash: hashes(1050) });
  t.false((await exporting(here, { ...params, continueOnDivergence: true })).ok);
  t.deepEqual(objects(store(), here), ['1001-1100.compare.ndjson.gz']);
  const lines = linesOf(store(), here, '1001-1100.compare.ndjson.gz');
  t.deepEqual(
    lines.filter(({ match }) => !match).map(({ height }) => height),
    range(1050, 1100),
  );
});

storeTest('in a migration other app hashes are no difference, other receipts are', async t => {
  const receipts = (height: number) => (height < 1020 ? [receipt(height)] : []);
  const { here, params } = await both(t, { latest: 1150, appHash: hashes(1001), receipts });
  t.true((await exporting(here, { ...params, migrationMode: true })).ok);
  const lines = linesOf(store(), here, '1001-1020.compare.ndjson.gz');
  t.like(lines[0], { match: true, migrationMode: true, layer0: { appHashMatch: false } });
  t.deepEqual(lines.at(-1).layer1, {
    totalTxs: 1,
    txCountMatch: false,
    divergences: [{ txIndex: 0, fields: [{ field: 'presence', shadow: 'missing', canonical: 'present' }] }],
  });
});

storeTest('in a migration receipts that cannot be had are a difference', async t => {
  const { here, params, canonical } = await both(t, { latest: 1150 });
  canonical.instead = (path, response) => {
    if (!path.startsWith('/block_results')) return false;
    response.writeHead(500).end();
    return true;
  };
  t.true((await exporting(here, { ...params, migrationMode: true }, async () => {})).ok);
  const [line] = linesOf(store(), here, '1001-1001.compare.ndjson.gz');
  t.like(line, {
    match: false,
    divergenceLayer: 1,
    layer1: { indeterminate: true, error: 'the canonical RPC answers with status 500' },
  });
});
