import { statSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { handWritten, homeWith } from './home.ts';
import { idOf, ownHost, serve, startNode } from './servers.ts';

const [one, two] = [`${idOf(1)}@one.example.com:26656`, `${idOf(2)}@10.0.0.2:36656`];
const fixed = (...addresses: string[]) => ({ sources: [{ type: 'static', addresses }] });

test('static peers come sorted and each once into config.toml, of which nothing else changes', async t => {
  const home = homeWith(handWritten);
  t.deepEqual(await home.run('discover-peers', fixed(two, one, two)), { ok: true, value: undefined });
  const expected = handWritten['config/config.toml'].replace('peers = ""', `peers = "${one},${two}"`);
  t.is(home.read('config/config.toml'), expected);
  t.is(home.read('config/app.toml'), handWritten['config/app.toml']);
});

test('hosts are asked for their node id, seid and CometBFT alike; those that are silent are passed over', async t => {
  const [flat, wrapped, silent, strange] = [ownHost(), ownHost(), ownHost(), ownHost()];
  await startNode(t, { id: idOf(7), isFlat: true }, flat);
  await startNode(t, { id: idOf(8) }, wrapped);
  await startNode(t, { id: `${idOf(9)},evil@x:1` }, strange);
  const home = homeWith({ ...handWritten, 'config/node_key.json': JSON.stringify({ id: idOf(3) }) });
  const sources = [
    { type: 'dnsEndpoints', endpoints: [wrapped, flat, silent, strange] },
    { type: 'static', addresses: [one] },
  ];
  t.deepEqual(await home.run('discover-peers', { sources }), { ok: true, value: undefined });
  const peers = [one, `${idOf(7)}@${flat}:26656`, `${idOf(8)}@${wrapped}:26656`];
  t.true(home.read('config/config.toml').includes(`persistent-peers = "${peers.toSorted()}"\n`));
});

test('the node itself is left out, and alone it is no peer', async t => {
  const files = { ...handWritten, 'config/node_key.json': JSON.stringify({ id: idOf(1), priv_key: {} }) };
  const home = homeWith(files);
  t.true((await home.run('discover-peers', fixed(one, two))).ok);
  t.regex(home.read('config/config.toml'), new RegExp(`peers = "${two}"\n`));
  const alone = await home.run('discover-peers', fixed(one));
  t.regex(alone.ok ? '' : alone.error, /^no peer was found but this node itself/);
});

test('a host that floods is no peer, and little of it is read: 64 are asked at once', async t => {
  const flooding = ownHost();
  await serve(t, (_, response) => response.end(`{"a":"${'x'.repeat(1024 * 1024)}"}`), flooding, 26657);
  const sources = [{ type: 'dnsEndpoints', endpoints: [flooding] }];
  const result = await homeWith(handWritten).run('discover-peers', { sources });
  const error = `no peer was found: ${flooding}:26657 is longer than 1048576 bytes`;
  t.deepEqual(result, { ok: false, error });
});

test('no peer at all fails, and says of each host why', async t => {
  const home = homeWith(handWritten);
  const [away, refusing] = [ownHost(), ownHost()];
  await serve(t, (_, response) => response.writeHead(503).end(), refusing, 26657);
  const sources = [{ type: 'dnsEndpoints', endpoints: [away, refusing] }];
  const result = await home.run('discover-peers', { sources });
  const expected = `no peer was found: ${away}:26657 cannot be read (ECONNREFUSED); ${refusing}:26657 answers with status 503`;
  t.deepEqual(result, { ok: false, error: expected });
  t.is(home.read('config/config.toml'), handWritten['config/config.toml']);
});

for (const [what, source, fault] of [
  [
    'an address without id',
    { type: 'static', addresses: ['host:26656'] },
    /sources\[0\] has the address "host:26656"; it must be NODE_ID@HOST:PORT/,
  ],
  ['two addresses in one', { type: 'static', addresses: [`${one},${two}`] }, /must be NODE_ID@HOST:PORT/],
  // seid refuses these as it reads its configuration, and does not start.
  [
    'colons in brackets',
    { type: 'static', addresses: [`${idOf(1)}@[:]:26656`] },
    /must be NODE_ID@HOST:PORT/,
  ],
  ['half an IPv6', { type: 'static', addresses: [`${idOf(1)}@[1:2]:26656`] }, /must be NODE_ID@HOST:PORT/],
  ['a port that is none', { type: 'static', addresses: [`${idOf(1)}@h:70000`] }, /must be NODE_ID@HOST:PORT/],
  ['no address', { type: 'static' }, /sources\[0\] is static and has no addresses/],
  ['no endpoint', { type: 'dnsEndpoints', endpoints: [] }, /is dnsEndpoints and has no endpoints/],
  [
    'a path as endpoint',
    { type: 'dnsEndpoints', endpoints: ['host/x?'] },
    /has the endpoint "host\/x\?"; it must be the name/,
  ],
  ['another type', { type: 'srv' }, /params\.sources\.0\.type "srv" must be/],
] as const) {
  test(`${what} is refused and nothing is written`, async t => {
    const home = homeWith(handWritten);
    const result = await home.run('discover-peers', { sources: [source] });
    t.regex(result.ok ? '' : result.error, fault);
    t.is(home.read('config/config.toml'), handWritten['config/config.toml']);
  });
}

test('nothing is written where nothing is new', async t => {
  const home = homeWith(handWritten);
  const inode = () => statSync(join(home.path, 'config/config.toml')).ino;
  await home.run('discover-peers', fixed(one));
  const before = inode();
  t.true((await home.run('discover-peers', fixed(one))).ok);
  t.is(inode(), before);
});

test('without config.toml it says what makes one', async t => {
  const result = await homeWith().run('discover-peers', fixed(one));
  t.regex(
    result.ok ? '' : result.error,
    /config\.toml cannot be read: not there, or no UTF-8; config-apply makes it$/,
  );
});

test('a task that is deleted asks no longer and writes nothing', async t => {
  t.timeout(8_000);
  const [host, stop] = [ownHost(), new AbortController()];
  await serve(t, () => stop.abort(), host, 26657);
  const home = homeWith(handWritten);
  const sources = [{ type: 'dnsEndpoints', endpoints: [host] }, ...fixed(one).sources];
  t.false((await home.run('discover-peers', { sources }, { signal: stop.signal })).ok);
  t.is(home.read('config/config.toml'), handWritten['config/config.toml']);
});
