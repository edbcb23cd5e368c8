import { Readable } from 'node:stream';
import test from 'ava';
import { type Home, handWritten, homeWith } from './home.ts';
import { idOf, type Node, ownHost, serve, startNode } from './servers.ts';

const [hash, other] = ['AB'.repeat(32), 'CD'.repeat(32)];
const marker = '.sei-sidecar-statesync-done';

/** Runs the task with witnesses that tell so. */
async function synced(t: Parameters<typeof startNode>[0], nodes: Node[], params: object = {}, files = {}) {
  const rpcServers = await Promise.all(nodes.map(node => startNode(t, node)));
  const home = homeWith({ ...handWritten, ...files });
  const result = await home.run('configure-state-sync', { rpcServers, ...params });
  return { home, rpcServers, result, error: result.ok ? '' : result.error };
}

test('a block that two tell the same of is trusted, and nothing else in the file changes', async t => {
  const nodes = [{ latest: 5000 }, { latest: 5003, isFlat: true, hash: () => hash.toLowerCase() }];
  const { home, rpcServers, result } = await synced(t, nodes, { trustPeriod: '200h', backfillBlocks: 9 });
  t.deepEqual(result, { ok: true, value: undefined });
  const told = `enable = true\ntrust-period = "200h"\nrpc-servers = "${rpcServers}"\ntrust-height = 3000\ntrust-hash = "${hash}"\nuse-local-snapshot = false\nbackfill-blocks = 9\n`;
  const before = 'enable = false\ntrust-period = "168h0m0s"\n';
  t.is(home.read('config/config.toml'), handWritten['config/config.toml'].replace(before, told));
  t.is(home.read(marker), '');
});

test('what was configured once is left as it is', async t => {
  const { home, result } = await synced(t, [], {}, { [marker]: '' });
  t.true(result.ok);
  t.is(home.read('config/config.toml'), handWritten['config/config.toml']);
});

test('the height is that of the lowest of them, less 2000, and 1 at least', async t => {
  for (const [lowest, height] of [
    [2500, 500],
    [2001, 1],
    [7, 1],
  ] as const) {
    const { home } = await synced(t, [{ latest: 9000 }, { latest: lowest }, { latest: 8000 }]);
    t.regex(home.read('config/config.toml'), new RegExp(`^trust-height = ${height}$`, 'm'));
  }
});

test('one that is catching up does not pull the height down where two others are not', async t => {
  const behind = { latest: 2100, isCatchingUp: true };
  const { home, rpcServers } = await synced(t, [{}, behind, {}]);
  t.regex(home.read('config/config.toml'), /^trust-height = 3000$/m);
  t.true(home.read('config/config.toml').includes(`rpc-servers = "${rpcServers[0]},${rpcServers[2]}"`));
  const both = await synced(t, [{}, behind]);
  t.regex(both.home.read('config/config.toml'), /^trust-height = 100$/m);
});

for (const [what, nodes, fault] of [
  [
    'two that do not agree',
    [{}, { hash: () => other }],
    (a: string, b?: string) =>
      `the witnesses do not agree on the hash of block 3000: ${a} tells ${hash}, ${b} tells ${other}; find out which of them is wrong`,
  ],
  [
    'one without the block',
    [{}, { hash: () => undefined }],
    (a: string, b?: string) =>
      `two or more witnesses must tell the same, 1 did: ${a} tells ${hash}; ${b} answers /block?height=3000 with an error for block 3000`,
  ],
  [
    'one whose hash is none',
    [{}, { hash: () => 'x"y' }],
    (a: string, b?: string) =>
      `two or more witnesses must tell the same, 1 did: ${a} tells ${hash}; ${b} tells the hash "x\\"y" of block 3000, which is none for block 3000`,
  ],
  [
    'one of another chain',
    [{}, { network: 'pacific-1' }],
    (a: string, b?: string) =>
      `two or more witnesses must tell the same, 1 did: ${a} answers; ${b} is of chain pacific-1`,
  ],
  [
    'one without blocks',
    [{}, { latest: 0 }],
    (a: string, b?: string) =>
      `two or more witnesses must tell the same, 1 did: ${a} answers; ${b} has no block yet`,
  ],
  [
    'one alone',
    [{}],
    (a: string) => `rpcServers names ${a}; state sync needs two or more that tell the same`,
  ],
] as const) {
  test(`${what}: nothing is believed, each is named, nothing is written`, async t => {
    const { home, rpcServers, error } = await synced(t, [...nodes]);
    t.is(error, fault(...(rpcServers as [string, string?])));
    t.is(home.read('config/config.toml'), handWritten['config/config.toml']);
    t.throws(() => home.read(marker), { code: 'ENOENT' });
  });
}

test('a majority does not outvote one that tells another hash', async t => {
  const { error } = await synced(t, [{}, {}, {}, { hash: () => other }]);
  t.regex(error, /^the witnesses do not agree/);
});

test('the same witness twice is one', async t => {
  const witness = await startNode(t, {});
  const result = await homeWith(handWritten).run('configure-state-sync', { rpcServers: [witness, witness] });
  t.regex(result.ok ? '' : result.error, /needs two or more/);
});

test('a witness that is away is left out while two others agree', async t => {
  const away = `${ownHost()}:1`;
  const rpcServers = [await startNode(t, {}), away, await startNode(t, {})];
  const home = homeWith(handWritten);
  t.true((await home.run('configure-state-sync', { rpcServers })).ok);
  t.true(home.read('config/config.toml').includes(`rpc-servers = "${rpcServers[0]},${rpcServers[2]}"`));
});

test('without witnesses in the task the hosts of the peers are asked, at 26657', async t => {
  const hosts = [ownHost(), ownHost()];
  for (const host of hosts) await startNode(t, {}, host);
  const home = withPeers(hosts.map((host, at) => `${idOf(at)}@${host}:26656`).join(', '));
  t.deepEqual(await home.run('configure-state-sync'), { ok: true, value: undefined });
  t.true(home.read('config/config.toml').includes(`rpc-servers = "${hosts.map(host => `${host}:26657`)}"`));
});

test('peers that are too few are named', async t => {
  const result = await withPeers(`${idOf(1)}@host:26656`).run('configure-state-sync');
  t.regex(
    result.ok ? '' : result.error,
    /^p2p\.persistent-peers of config\.toml names host:26657; state sync needs two/,
  );
});

test('with a local snapshot its height is trusted, the highest of them', async t => {
  const files = {
    'data/snapshots/100/1/0': '',
    'data/snapshots/900/1/0': '',
    'data/snapshots/1000/2/0': '',
    'data/snapshots/1000/1/0': '',
    'data/snapshots/metadata.db/x': '',
  };
  const hashes = { hash: (height: number) => (height === 1000 ? hash : other) };
  const { home, result } = await synced(t, [hashes, hashes], { useLocalSnapshot: true }, files);
  t.true(result.ok);
  t.regex(
    home.read('config/config.toml'),
    /trust-height = 1000\ntrust-hash = "(AB){32}"\nuse-local-snapshot = true\n/,
  );
});

test('without a snapshot it says where one was looked for', async t => {
  const { error, home } = await synced(t, [{}, {}], { useLocalSnapshot: true });
  t.is(error, `there is no snapshot in ${home.path}/data/snapshots, which useLocalSnapshot asks for`);
});

for (const [params, fault] of [
  [{ trustPeriod: '7 days' }, /^trustPeriod is "7 days"; it must be a duration above 0/],
  [{ trustPeriod: '0s' }, /must be a duration above 0/],
  [{ rpcServers: ['http://a:1', 'b:2'] }, /^rpcServers has "http:\/\/a:1"; it must be HOST:PORT/],
  [{ backfillBlocks: -1 }, /^params\.backfillBlocks -1 must be >= 0/],
  [{ trustHeight: 1 }, /^params\.trustHeight is not known/],
] as const) {
  test(`${JSON.stringify(params)} is refused`, async t => {
    const result = await homeWith(handWritten).run('configure-state-sync', params);
    t.regex(result.ok ? '' : result.error, fault);
  });
}

test('answers that never end, or are no JSON, are no answers', async t => {
  const endless = await serve(t, (_, response) => Readable.from(blanks()).pipe(response));
  const text = await serve(t, (_, response) => response.end('<html>'));
  const redirecting = await serve(t, (_, response) => response.writeHead(302, { location: '/x' }).end());
  const rpcServers = [endless, text, redirecting];
  const result = await homeWith(handWritten).run('configure-state-sync', { rpcServers });
  t.is(
    result.ok ? '' : result.error,
    `two or more witnesses must tell the same, 0 did: ${endless} is longer than 1048576 bytes; ${text} answers with no JSON object; ${redirecting} sends on to another place once too often`,
  );
});

test('a task that is deleted waits for nobody', async t => {
  t.timeout(8_000);
  const stop = new AbortController();
  const silent = await serve(t, () => stop.abort());
  const rpcServers = [silent, `${ownHost()}:1`];
  const result = await homeWith(handWritten).run(
    'configure-state-sync',
    { rpcServers },
    { signal: stop.signal },
  );
  t.regex(result.ok ? '' : result.error, /was not waited for: the task was cut off/);
});

function withPeers(peers: string): Home {
  const config = handWritten['config/config.toml'].replace('peers = ""', `peers = "${peers}"`);
  return homeWith({ ...handWritten, 'config/config.toml': config });
}

function* blanks(): Generator<Buffer> {
  const chunk = Buffer.alloc(1024 * 1024, ' ');
  while (true) yield chunk;
}
