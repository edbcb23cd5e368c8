import { globSync, lstatSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { configureGenesis } from '../../sidecar/tasks/configure-genesis.ts';
import { temporaryDirectory } from '../directory.ts';
import { chainID, type Home, homeWith } from './tasks/home.ts';
import { idOf, startNode } from './tasks/servers.ts';

const root = join(import.meta.dirname, '../..');
const sources = globSync('sidecar/**/*.ts', { cwd: root }).toSorted();

/** What of node:fs only reads. */
const reading = [
  'accessSync',
  'constants',
  'createReadStream',
  'existsSync',
  'lstat',
  'lstatSync',
  'readdir',
  'readFile',
  'readFileSync',
  'realpath',
  'stat',
  'statfs',
  'statSync',
  'type FileHandle',
];

/** The only places that use more of node:fs, and what: whoever adds one says here which paths it writes. */
const writing: Readonly<Record<string, readonly string[]>> = {
  // Opens with O_RDONLY alone.
  'sidecar/genesis/local.ts': ['open'],
  // config.toml, app.toml, genesis.json, gentx and the markers; keys only where there are none; by the callers below.
  'sidecar/home/replace-file.ts': ['link', 'mkdir', 'open', 'rename', 'rm'],
  // SEI_HOME/tmp/result-export.
  'sidecar/result-export/pages.ts': ['createWriteStream', 'mkdir', 'open', 'rename', 'rm'],
  // SEI_HOME itself, for its sidecar.db.
  'sidecar/run.ts': ['mkdirSync'],
  // Snapshots: SEI_HOME/tmp, and from there data/snapshots/HEIGHT and metadata.db by a rename.
  'sidecar/snapshots/begun.ts': ['rm'],
  'sidecar/snapshots/download.ts': ['open'],
  'sidecar/snapshots/fetch.ts': ['mkdir', 'open', 'rm'],
  'sidecar/snapshots/files.ts': ['cp', 'link', 'mkdir', 'rm'],
  'sidecar/snapshots/ledger.ts': ['open'],
  'sidecar/snapshots/place.ts': ['mkdir', 'open', 'rename', 'rm'],
};
const callers = [
  'sidecar/ceremony/identity.ts',
  'sidecar/ceremony/keyring.ts',
  'sidecar/ceremony/make-gentx.ts',
  'sidecar/config/files.ts',
  'sidecar/home/markers.ts',
  'sidecar/result-export/state.ts',
  'sidecar/snapshots/begun.ts',
  'sidecar/snapshots/place.ts',
  'sidecar/tasks/configure-genesis.ts',
];

test('files are written in a closed list of places', t => {
  const found = sources.map(file => [file, importsOf(file).filter(name => !reading.includes(name))] as const);
  t.deepEqual(Object.fromEntries(found.filter(([, names]) => names.length > 0)), writing);
});

test('no other way leads to a file: no whole module, no shell, nothing of strangers loaded late', t => {
  const others =
    /\* as \w+ from 'node:|node:child_process|node:worker|process\.binding|\brequire\(|\bimport\((?!'(\.\/ec2-client|\.\.\/(snapshots|ceremony|s3|result-export)\/))/;
  t.deepEqual(
    sources.filter(file => others.test(textOf(file))),
    [],
  );
});

test('what replaces files does so for a closed list of callers', t => {
  const asking = sources.filter(file => /from '.*\/replace-file\.ts'/.test(textOf(file)));
  t.deepEqual(asking, callers);
});

test('the state of the consensus key is named in the standard of one key, and where it is read', t => {
  const naming = globSync('sidecar/**/*', { cwd: root }).filter(
    file =>
      lstatSync(join(root, file)).isFile() && /priv_validator_state|validator.state/i.test(textOf(file)),
  );
  t.deepEqual(naming.toSorted(), ['sidecar/config/config-keys.json', 'sidecar/home/chain.ts']);
  const [, row] =
    /"priv-validator\.state-file": (\[.*\])/.exec(textOf('sidecar/config/config-keys.json')) ?? [];
  t.deepEqual(JSON.parse(row ?? '""'), [
    'priv_validator.state_file',
    'string',
    'data/priv_validator_state.json',
  ]);
});

test('tasks on an empty home leave these files and no others', async t => {
  const home = homeWith();
  await everyTask(t, home);
  const files = globSync('**/*', { cwd: home.path }).concat(globSync('.*', { cwd: home.path }));
  t.deepEqual(files.filter(file => lstatSync(join(home.path, file)).isFile()).toSorted(), [
    '.sei-sidecar-genesis-done',
    '.sei-sidecar-statesync-done',
    'config/app.toml',
    'config/config.toml',
    'config/genesis.json',
  ]);
});

test('no link leads a task to the state of the consensus key', async t => {
  const state = 'data/priv_validator_state.json';
  const home = homeWith({ [state]: '{"height":"7"}', 'config/x': '' });
  for (const file of [
    'config/app.toml',
    'config/config.toml',
    'config/genesis.json',
    '.sei-sidecar-genesis-done',
  ]) {
    symlinkSync(join(home.path, state), join(home.path, `${file}.new`));
  }
  symlinkSync(join(home.path, state), join(home.path, 'config/genesis.json'));
  await everyTask(t, home);
  t.is(home.read(state), '{"height":"7"}');
  t.true(lstatSync(join(home.path, 'config/genesis.json')).isFile());
});

async function everyTask(t: Parameters<typeof startNode>[0], home: Home): Promise<void> {
  const genesis = temporaryDirectory('genesis');
  writeFileSync(join(genesis, `${chainID}.json`), JSON.stringify({ chain_id: chainID }));
  const rpcServers = [await startNode(t, {}), await startNode(t, {})];
  const outcomes = [
    await home.run(configureGenesis(genesis)),
    await home.run('config-apply', { mode: 'validator' }),
    await home.run('discover-peers', { sources: [{ type: 'static', addresses: [`${idOf(1)}@h:26656`] }] }),
    await home.run('configure-state-sync', { rpcServers }),
    await home.run('config-validate'),
    await home.run('mark-ready'),
  ];
  t.true(outcomes.every(({ ok }) => ok));
}

function importsOf(file: string): string[] {
  const statements = textOf(file).matchAll(/^import \{([^}]*)\} from 'node:fs(?:\/promises)?';/gm);
  const names = [...statements].flatMap(([, names = '']) => names.split(',').map(name => name.trim()));
  return names.filter(name => name !== '').toSorted();
}

function textOf(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}
