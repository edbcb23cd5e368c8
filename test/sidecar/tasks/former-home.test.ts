import { lstatSync, readFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { initPlan } from '../../../core/plan/build.ts';
import { taskKind } from '../../../core/plan/tasks.ts';
import type { PlannedTask, SeiNode } from '../../../core/seinode.ts';
import { taskKinds } from '../../../sidecar/tasks/tasks.ts';
import { node, planID } from '../../core/plan/nodes.ts';
import { chainID, type Home, handWritten, homeWith } from './home.ts';
import { idOf } from './servers.ts';

const signed = '{"height":"81234567","round":0,"step":3,"signature":"c2lnbmVk"}';
const state = 'data/priv_validator_state.json';
const markers = ['genesis', 'snapshot', 'statesync', 'identity'].map(name => `.sei-sidecar-${name}-done`);
const trusted = `enable = true\ntrust-height = 42\ntrust-hash = "${'AB'.repeat(32)}"\nrpc-servers = "a:1,b:1"\n`;

/** What a former sidecar and a seid that ran for a while have left. */
const left = {
  'config/config.toml': handWritten['config/config.toml'].replace('enable = false\n', trusted),
  'config/app.toml': handWritten['config/app.toml'],
  'config/genesis.json': `{"chain_id":"${chainID}","as":"it was"}`,
  'config/node_key.json': JSON.stringify({ id: idOf(3) }),
  'config/priv_validator_key.json': '{"address":"AA"}',
  [state]: signed,
  'data/application.db/CURRENT': 'MANIFEST-000001',
  'data/snapshots/4000/1/0': 'chunk',
  ...Object.fromEntries(markers.map(name => [name, ''])),
};
const written = ['config/config.toml', 'config/app.toml'];

const spec: Partial<SeiNode['spec']> = {
  chainId: chainID,
  peers: [{ static: { addresses: [`${idOf(1)}@one.example.com:26656`] } }],
  validator: { snapshot: { stateSync: {} } },
};

test('a whole plan on a home that a former sidecar left writes its configuration and nothing else', async t => {
  const home = homeWith(left);
  const past = new Date('2024-02-29T10:00:00Z');
  for (const file of Object.keys(left)) utimesSync(join(home.path, file), past, past);
  for (const { type, params } of sidecarTasks()) {
    t.deepEqual(await home.run(type, params), { ok: true, value: undefined }, type);
  }
  for (const [file, content] of Object.entries(left)) {
    if (written.includes(file)) continue;
    t.is(readFileSync(join(home.path, file), 'utf8'), content, file);
    t.deepEqual(lstatSync(join(home.path, file)).mtime, past, file);
  }
});

test('state sync stays as it was told, comments stay, and the mode comes', async t => {
  const home = homeWith(left);
  for (const { type, params } of sidecarTasks()) await home.run(type, params);
  const config = home.read('config/config.toml');
  t.true(config.includes(trusted));
  t.true(config.includes('moniker = ') && config.includes('# do not touch'));
  t.regex(config, /^mode = "validator"$/m);
  t.true(config.includes(`persistent-peers = "${idOf(1)}@one.example.com:26656"`));
});

test('each task that was cut off and runs again leaves what it would have left at once', async t => {
  const [once, twice] = [homeWith(left), homeWith(left)];
  for (const { type, params } of sidecarTasks()) {
    await once.run(type, params);
    await twice.run(type, params);
    await twice.run(type, params);
  }
  const files = (home: Home) => written.map(file => home.read(file));
  t.deepEqual(files(twice), files(once));
});

test('a crash between the two files is mended by running the task again', async t => {
  const [whole, crashed] = [homeWith(left), homeWith(left)];
  await whole.run('config-apply', { mode: 'archive' });
  const half = homeWith({
    ...left,
    'config/config.toml': whole.read('config/config.toml'),
    'config/app.toml.new': 'half',
  });
  for (const home of [half, crashed]) t.true((await home.run('config-apply', { mode: 'archive' })).ok);
  t.is(half.read('config/app.toml'), whole.read('config/app.toml'));
  t.throws(() => half.read('config/app.toml.new'), { code: 'ENOENT' });
});

/** The tasks of such a node's plan that are ours to run here. */
function sidecarTasks(): PlannedTask[] {
  const { tasks } = initPlan(node(spec), planID);
  const sent = tasks.filter(({ type }) => taskKind(type)?.runsOn === 'sidecar');
  return sent.filter(({ type }) => Object.hasOwn(taskKinds, type));
}
