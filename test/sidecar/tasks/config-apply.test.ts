import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { entryAt, parseTOML } from '../../../sidecar/toml/document.ts';
import { handWritten, homeWith } from './home.ts';

const full = { mode: 'full', incremental: false, targetVersion: 0 };

test('a home without files gets those of its mode', async t => {
  const home = homeWith();
  t.deepEqual(await home.run('config-apply', full), { ok: true, value: undefined });
  const value = valuesOf(home.read('config/config.toml'), home.read('config/app.toml'));
  t.is(value('mode'), 'full');
  t.is(value('rpc.laddr'), 'tcp://0.0.0.0:26657');
  t.is(value('statesync.trust-period'), '168h0m0s');
  t.is(value('sei.mode'), 'full');
  t.is(value('sei.version'), 2n);
  t.is(value('concurrency-workers'), 500n);
  t.is(value('pruning-keep-recent'), '86400');
  t.is(value('mempool.drop-utilisation-threshold'), 1);
});

for (const [mode, expected] of Object.entries({
  archive: { mode: 'full', 'sei.mode': 'archive', pruning: 'nothing', 'evm.max_trace_lookback_blocks': -1n },
  validator: {
    mode: 'validator',
    'api.enable': false,
    'evm.http_enabled': false,
    'tx-index.indexer': ['null'],
  },
  seed: { mode: 'seed', pruning: 'everything', 'p2p.max-connections': 1000n, 'p2p.allow-duplicate-ip': true },
})) {
  test(`mode ${mode} has what sei-config gives it`, async t => {
    const home = homeWith();
    t.true((await home.run('config-apply', { ...full, mode })).ok);
    const value = valuesOf(home.read('config/config.toml'), home.read('config/app.toml'));
    t.deepEqual(Object.fromEntries(Object.keys(expected).map(key => [key, value(key)])), expected);
    t.true((await home.run('config-validate')).ok);
  });
}

test('in files that are there all that is not of the mode stays: comments, order, unknown keys and tables', async t => {
  const home = homeWith(handWritten);
  t.true((await home.run('config-apply', { ...full, overrides: { 'chain.moniker': 'one' } })).ok);
  const config = home.read('config/config.toml');
  const changed = handWritten['config/config.toml']
    .replace('"by hand"', '"one"')
    .replace('"validator"', '"full"')
    .replace('= "100"', '= 100');
  const lines = config.split('\n');
  let at = 0;
  for (const line of changed.split('\n').slice(0, -1)) {
    at = lines.indexOf(line, at) + 1;
    t.true(at > 0, line);
  }
  t.regex(home.read('config/app.toml'), /global-labels = \[\n\]\n[\s\S]*\[mine\] # stays\nx = 1\n/);
});

test('doing it again writes nothing', async t => {
  const home = homeWith(handWritten);
  await home.run('config-apply', full);
  const files = () => ['config.toml', 'app.toml'].map(name => statSync(join(home.path, 'config', name)).ino);
  const before = files();
  t.true((await home.run('config-apply', full)).ok);
  t.deepEqual(files(), before);
  t.deepEqual(readdirSync(join(home.path, 'config')).toSorted(), ['app.toml', 'config.toml']);
});

test('overrides are text, and written as what their key takes, in the file that has it', async t => {
  const home = homeWith();
  const overrides = {
    'network.p2p.max_connections': '500',
    'network.p2p.send_rate': '9223372036854775807',
    'mempool.drop_utilisation_threshold': '1',
    'evm.deny_list': 'debug_a, debug_b',
    'state_sync.rpc_servers': 'a:1, b:2',
    'metrics.enabled': 'no',
    'consensus.unsafe_bypass_commit_timeout_override': 'TRUE',
    'mempool.ttl_duration': '1m30s',
    'storage.state_commit.memiavl.snapshot_keep_recent': '2',
    'chain.chain_id': 'sei-test-1',
  };
  t.deepEqual(await home.run('config-apply', { ...full, overrides }), { ok: true, value: undefined });
  t.regex(home.read('config/config.toml'), /drop-utilisation-threshold = 1\.0\n/);
  const value = valuesOf(home.read('config/config.toml'), home.read('config/app.toml'));
  const expected = {
    'p2p.max-connections': 500n,
    'p2p.send-rate': 9223372036854775807n,
    'evm.deny_list': ['debug_a', 'debug_b'],
    'statesync.rpc-servers': 'a:1,b:2',
    'instrumentation.prometheus': false,
    'telemetry.enabled': false,
    'consensus.unsafe-bypass-commit-timeout-override': true,
    'mempool.ttl-duration': '1m30s',
    'state-commit.sc-keep-recent': 2n,
  };
  t.deepEqual(Object.fromEntries(Object.keys(expected).map(key => [key, value(key)])), expected);
});

test('every bad override is named with its value and what would be right, and nothing is written', async t => {
  const home = homeWith(handWritten);
  const overrides = {
    'network.p2p.max_connections': '70000',
    'mempool.size': '-1',
    'p2p.laddr': 'x',
    'nobody.knows': 'y',
    'evm.read_timeout': '10',
    'storage.pruning': 'some',
    'api.rest.enable': 'maybe',
    'mempool.drop_utilisation_threshold': '1.5',
    'evm.deny_list': 'a,,b',
    'chain.chain_id': 'pacific-1',
    'chain.moniker': 'two\nlines',
    'storage.snapshot_interval': '1e3',
    'tx_index.psql_conn': 'postgres://u:hunter2@db\n',
  };
  const result = await home.run('config-apply', { ...full, overrides, targetVersion: 3 });
  const error = result.ok ? '' : result.error;
  for (const part of [
    'targetVersion 3 is not known; the newest is 2',
    'network.p2p.max_connections is "70000"; it must be a whole number from 0 to 65535',
    'mempool.size is "-1"; it must be a whole number from 0 to',
    `"p2p.laddr" ("x") is not known; config.toml's p2p.laddr is called network.p2p.listen_address`,
    '"nobody.knows" ("y") is not known',
    'evm.read_timeout is "10"; it must be a duration such as',
    'storage.pruning is "some"; it must be one of default, nothing, everything, custom',
    'api.rest.enable is "maybe"; it must be true or false',
    'mempool.drop_utilisation_threshold is "1.5"; it must be a number from 0 to 1',
    'evm.deny_list is "a,,b"; it must be texts',
    'chain.chain_id is "pacific-1"; this sidecar is of chain sei-test-1',
    'chain.moniker is "two\\nlines"; it must be a text of one line',
    'storage.snapshot_interval is "1e3"',
    'tx_index.psql_conn is a value that is not shown',
  ]) {
    t.true(error.includes(part), `${part}\n${error}`);
  }
  t.false(error.includes('hunter2'));
  for (const [name, content] of Object.entries(handWritten)) t.is(home.read(name), content);
});

test('snapshots of a validator, which has no state store, are refused: seid would end with a panic', async t => {
  const home = homeWith(handWritten);
  const overrides = { 'storage.snapshot_interval': '100' };
  const refused = await home.run('config-apply', { mode: 'validator', overrides });
  t.regex(refused.ok ? '' : refused.error, /state-store\.ss-enable is false; it must be true while/);
  t.is(home.read('config/app.toml'), handWritten['config/app.toml']);
  const stored = { ...overrides, 'storage.state_store.enable': 'true' };
  t.true((await home.run('config-apply', { mode: 'validator', overrides: stored })).ok);
});

test('what does not fit together is refused before anything is written', async t => {
  const home = homeWith(handWritten);
  const overrides = { 'storage.pruning': 'everything', 'storage.snapshot_interval': '100' };
  const result = await home.run('config-apply', { ...full, overrides });
  t.regex(
    result.ok ? '' : result.error,
    /app\.toml: pruning is "everything"; it must not be everything while/,
  );
  for (const [name, content] of Object.entries(handWritten)) t.is(home.read(name), content);
});

test('an incremental intent sets its overrides alone', async t => {
  const home = homeWith(handWritten);
  const overrides = { 'network.p2p.pex': 'false', 'evm.http_port': '9545' };
  const result = await home.run('config-apply', { mode: '', incremental: true, targetVersion: 0, overrides });
  t.deepEqual(result, { ok: true, value: undefined });
  const [config, app] = Object.values(handWritten);
  const pex = 'in quotes, as the template has it\npex = false\n';
  t.is(home.read('config/config.toml'), config!.replace('in quotes, as the template has it\n', pex));
  t.is(home.read('config/app.toml'), `${app}\n[evm]\nhttp_port = 9545\n`);
});

test('an incremental intent with a mode names it in both files, and has none of its defaults', async t => {
  const home = homeWith(handWritten);
  t.true((await home.run('config-apply', { mode: 'archive', incremental: true })).ok);
  const [config, app] = Object.values(handWritten);
  t.is(home.read('config/config.toml'), config!.replace('"validator"', '"full"'));
  t.is(home.read('config/app.toml'), `${app}\n[sei]\nmode = "archive"\n`);
});

test('an incremental intent needs both files', async t => {
  const result = await homeWith().run('config-apply', { incremental: true, overrides: {} });
  t.regex(result.ok ? '' : result.error, /^config\.toml and app\.toml in .* cannot be read/);
});

test('an intent that is not incremental needs a mode', async t => {
  for (const mode of [{}, { mode: '' }]) {
    const result = await homeWith().run('config-apply', mode);
    t.regex(result.ok ? '' : result.error, /^mode is not set; it must be validator, full, seed or archive/);
  }
});

test('a file that is no TOML is told with its line, and left as it is', async t => {
  const broken = { ...handWritten, 'config/app.toml': 'a = 1\n[evm\n' };
  const home = homeWith(broken);
  const result = await home.run('config-apply', full);
  t.regex(result.ok ? '' : result.error, /^app\.toml line [23]: /);
  for (const [name, content] of Object.entries(broken)) t.is(home.read(name), content);
});

test('what state sync was told stays once it is marked; the rest is set', async t => {
  const told = handWritten['config/config.toml'].replace('enable = false', 'enable = true\ntrust-height = 5');
  const synced = `${told}\n`.replace(
    'trust-height = 5',
    `trust-height = 5\ntrust-hash = "AB"\nrpc-servers = "a:1,b:2"`,
  );
  const home = homeWith({ ...handWritten, 'config/config.toml': synced, '.sei-sidecar-statesync-done': '' });
  t.deepEqual(await home.run('config-apply', full), { ok: true, value: undefined });
  const value = valuesOf(home.read('config/config.toml'), '');
  t.deepEqual(
    [value('statesync.enable'), value('statesync.trust-height'), value('mode')],
    [true, 5n, 'full'],
  );
});

/** The value at a dotted place of either file. */
function valuesOf(...texts: string[]) {
  return (place: string) => {
    for (const text of texts) {
      const document = parseTOML(text);
      const entry = document.ok ? entryAt(document.value, place.split('.')) : undefined;
      if (entry) return entry.value;
    }
    return undefined;
  };
}
