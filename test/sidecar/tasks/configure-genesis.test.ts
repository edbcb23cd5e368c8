import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { download } from '../../../sidecar/http/download.ts';
import { configureGenesis } from '../../../sidecar/tasks/configure-genesis.ts';
import { temporaryDirectory } from '../../directory.ts';
import { chainID, type Home, homeWith, type RunOptions } from './home.ts';
import { ownHost, serve } from './servers.ts';

const genesis = `{ "chain_id": "${chainID}", "app_state": {} }\n`;
const ofOther = '{"chain_id": "else-1"}';
const digest = digestOf(genesis);
const marker = '.sei-sidecar-genesis-done';
const bySeid = '{"chain_id":"by seid init"}';
const settings = { genesisBucket: { name: 'genesis-bucket', region: 'eu-central-1' } };

/** A home as seid init leaves it, and the task with the genesis of these chains beside it. */
function place(
  embedded: Readonly<Record<string, string>> = {},
  files: Readonly<Record<string, string>> = {},
) {
  const directory = temporaryDirectory('genesis');
  for (const [chain, content] of Object.entries(embedded))
    writeFileSync(join(directory, `${chain}.json`), content);
  const home = homeWith({ 'config/genesis.json': bySeid, ...files });
  const kind = configureGenesis(directory);
  const run = (params: object = {}, options?: RunOptions) => home.run(kind, params, options);
  return { home, directory, run };
}

function isDone(t: ExecutionContext, home: Home, content = genesis): void {
  t.is(home.read('config/genesis.json'), content);
  t.is(home.read(marker), '');
  t.deepEqual(readdirSync(join(home.path, 'config')), ['genesis.json']);
}

function isUntouched(t: ExecutionContext, home: Home): void {
  t.is(home.read('config/genesis.json'), bySeid);
  t.throws(() => home.read(marker), { code: 'ENOENT' });
  t.deepEqual(readdirSync(join(home.path, 'config')), ['genesis.json']);
}

test.serial('what is marked is done, whatever is asked for', async t => {
  const { home, run } = place({ [chainID]: genesis }, { [marker]: '' });
  t.true((await run({ file: '/etc/passwd', expectedGenesisHash: digest })).ok);
  t.is(home.read('config/genesis.json'), bySeid);
});

test.serial('the genesis that came with the sidecar takes the place of that of seid init', async t => {
  const { home, run } = place({ [chainID]: genesis });
  t.deepEqual(await run({ expectedGenesisHash: digest.toUpperCase() }), { ok: true, value: undefined });
  isDone(t, home);
});

test.serial('a file below the home', async t => {
  const { home, run } = place({ [chainID]: ofOther }, { 'tmp/genesis.json': genesis });
  t.deepEqual(await run({ file: join(home.path, 'tmp/genesis.json') }), { ok: true, value: undefined });
  isDone(t, home);
});

test.serial(
  'a file elsewhere is not read, whichever way it is named, nor is it told whether it is there',
  async t => {
    const outside = join(temporaryDirectory('outside'), 'genesis.json');
    writeFileSync(outside, genesis);
    const { home, run, directory } = place();
    symlinkSync(outside, join(home.path, 'link.json'));
    for (const file of [
      outside,
      `${outside}.none`,
      join(home.path, 'link.json'),
      `${home.path}/../x`,
      home.path,
    ]) {
      const error = `${file} is no file below ${home.path} or ${directory}`;
      t.deepEqual(await run({ file }), { ok: false, error });
    }
    t.deepEqual(await run({ file: 'config/genesis.json' }), {
      ok: false,
      error: 'config/genesis.json is no absolute path',
    });
    isUntouched(t, home);
  },
);

test.serial('a file that is none, or too long, is not read', async t => {
  const { home, run } = place({}, { long: '' });
  truncateSync(join(home.path, 'long'), 64 * 1024 * 1024 + 1);
  mkdirSync(join(home.path, 'directory'));
  for (const [name, error] of [
    ['directory', 'is no regular file'],
    ['long', 'is longer than 67108864 bytes'],
  ] as const) {
    t.deepEqual(await run({ file: join(home.path, name) }), {
      ok: false,
      error: `${join(home.path, name)} ${error}`,
    });
  }
  isUntouched(t, home);
});

test.serial('a URL without TLS is believed where the digest is known, and only there', async t => {
  const url = `http://${await serve(t, (_, response) => response.end(genesis))}/g.json`;
  const { home, run } = place();
  const error = `url ${url} has no TLS; give https, or expectedGenesisHash with it`;
  t.deepEqual(await run({ url }), { ok: false, error });
  isUntouched(t, home);
  t.deepEqual(await run({ url, expectedGenesisHash: digest }), { ok: true, value: undefined });
  isDone(t, home);
});

for (const [what, url, fault] of [
  ['a file', 'file:///etc/passwd', /^url is no URL of https$/],
  ['no URL', 'genesis.json', /^url is no URL of https$/],
  ['a password', 'https://u:hunter2@host/g.json', /^url https:\/\/host\/g\.json holds a user or password/],
  [
    'a host that is away',
    `https://${ownHost()}:26657/g.json?X-Amz-Signature=hunter2`,
    /\/g\.json cannot be read \(ECONNREFUSED\)$/,
  ],
] as const) {
  test.serial(`a URL with ${what} is refused, and no secret of it is told`, async t => {
    const { home, run } = place();
    const result = await run({ url, expectedGenesisHash: digest });
    t.regex(result.ok ? '' : result.error, fault);
    t.false(JSON.stringify(result).includes('hunter2'));
    isUntouched(t, home);
  });
}

for (const [what, status, headers, fault] of [
  ['to another scheme', 302, { location: 'https://host.invalid/' }, /sends on to another scheme/],
  ['to a file', 302, { location: 'file:///etc/passwd' }, /sends on to another scheme/],
  ['with a password', 302, { location: 'http://u:hunter2@127.0.0.1/' }, /sends on with a user or password/],
  ['to itself', 307, { location: '/again' }, /sends on to another place once too often/],
  ['nowhere', 302, {}, /answers with status 302/],
  ['nothing', 404, {}, /answers with status 404/],
] as const) {
  test.serial(`a server that sends on ${what}`, async t => {
    const host = await serve(t, (_, response) => response.writeHead(status, headers).end(genesis));
    const { home, run } = place();
    const result = await run({ url: `http://${host}/`, expectedGenesisHash: digest });
    t.regex(result.ok ? '' : result.error, fault);
    t.false(JSON.stringify(result).includes('hunter2'));
    isUntouched(t, home);
  });
}

test.serial('redirects are followed five times', async t => {
  let asked = 0;
  const host = await serve(t, (_, response) => response.writeHead(302, { location: `/${asked++}` }).end());
  await place().run({ url: `http://${host}/`, expectedGenesisHash: digest });
  t.is(asked, 6);
});

test.serial('a redirect of the same scheme is followed', async t => {
  const host = await serve(t, ({ url }, response) =>
    url === '/g.json' ? response.end(genesis) : response.writeHead(302, { location: '/g.json' }).end(),
  );
  const { home, run } = place();
  t.true((await run({ url: `http://${host}/`, expectedGenesisHash: digest })).ok);
  isDone(t, home);
});

for (const [what, content, params, fault] of [
  [
    'another digest',
    genesis,
    { expectedGenesisHash: '0'.repeat(64) },
    new RegExp(`has the SHA-256 ${digest}; that of the genesis of ${chainID} is 0{64}$`),
  ],
  ['another chain', ofOther, {}, /is of chain "else-1"; this sidecar is of chain "sei-test-1"$/],
  ['no chain', '{}', {}, /is of chain nothing; this sidecar/],
  ['no object', '[]', {}, /is no JSON object$/],
  ['no JSON', 'x-secret-x', {}, /is no JSON object$/],
] as const) {
  test.serial(`a genesis of ${what} is not put in its place, whatever source it is of`, async t => {
    process.env.AWS_ENDPOINT_URL_S3 = `http://${await serve(t, (_, response) => response.end(content))}`;
    const { home, run } = place({ [chainID]: content }, { 'tmp/g.json': content });
    const fromBucket = place();
    const byDigest = { expectedGenesisHash: digestOf(content), ...params };
    const outcomes = [
      await run({ ...params, file: join(home.path, 'tmp/g.json') }),
      await run({ ...byDigest, url: `${process.env.AWS_ENDPOINT_URL_S3}/g.json` }),
      await run(params),
      await fromBucket.run(params, { settings }),
    ];
    for (const result of outcomes) t.regex(result.ok ? 'done' : result.error, fault);
    t.false(JSON.stringify(outcomes).includes('x-secret-x'));
    isUntouched(t, home);
    isUntouched(t, fromBucket.home);
  });
}

test.serial('the genesis of a chain that everyone knows is checked without being asked', async t => {
  for (const chainID of ['pacific-1', 'atlantic-2', 'arctic-1']) {
    const { home, run } = place({ [chainID]: `{"chain_id":"${chainID}"}` });
    const result = await run({}, { settings: { chainID } });
    t.regex(result.ok ? '' : result.error, new RegExp(`that of the genesis of ${chainID} is [0-9a-f]{64}$`));
    isUntouched(t, home);
  }
});

test.serial('else the bucket has it, at CHAIN/genesis.json, path style', async t => {
  const asked: string[] = [];
  const host = await serve(t, ({ url = '' }, response) => {
    asked.push(url.split('?')[0]!);
    response.end(genesis);
  });
  // Of an address the bucket can only be a path; of a name it must be told.
  process.env.AWS_ENDPOINT_URL_S3 = `http://${host.replace('127.0.0.1', 'localhost')}`;
  const { home, run } = place();
  t.deepEqual(await run({}, { settings }), { ok: true, value: undefined });
  t.deepEqual(asked, [`/genesis-bucket/${chainID}/genesis.json`]);
  isDone(t, home);
});

test.serial('a bucket without it says so', async t => {
  const noKey = '<Error><Code>NoSuchKey</Code><Message>hunter2</Message></Error>';
  const host = await serve(t, (_, response) =>
    response.writeHead(404, { 'content-type': 'application/xml' }).end(noKey),
  );
  process.env.AWS_ENDPOINT_URL_S3 = `http://${host}`;
  const error = `s3://genesis-bucket/${chainID}/genesis.json in eu-central-1: the store answered NoSuchKey (404); it was deleted, or never was there; look at what the bucket holds`;
  t.deepEqual(await place().run({}, { settings }), { ok: false, error });
});

test.serial('without any source it says what would be one', async t => {
  const error = `there is no genesis of ${chainID}: none came with this sidecar and SEI_GENESIS_BUCKET is not set; give file or url`;
  t.deepEqual(await place().run(), { ok: false, error });
});

for (const [params, fault] of [
  [{ file: '/a', url: 'https://b' }, /^file and url are both given/],
  [{ expectedGenesisHash: 'sha256:ab' }, /^params\.expectedGenesisHash "sha256:ab" must match pattern/],
  [{ bucket: 'x' }, /^params\.bucket is not known/],
] as const) {
  test.serial(`${JSON.stringify(params)} is refused`, async t => {
    const result = await place().run(params);
    t.regex(result.ok ? '' : result.error, fault);
  });
}

test.serial('a download ends by its size, its time and the end of its task', async t => {
  t.timeout(60_000);
  const silent = new URL(`http://${await serve(t, () => {})}`);
  const long = new URL(`http://${await serve(t, (_, response) => response.end('12345'))}`);
  const limits = { longest: 5, timeout: 600_000, redirects: 0, signal: new AbortController().signal };
  t.true((await download(long, limits)).ok);
  t.deepEqual(await download(long, { ...limits, longest: 4 }), {
    ok: false,
    error: 'is longer than 4 bytes',
  });
  const late = { ok: false, error: 'gave no whole answer within 0.02 s' };
  t.deepEqual(await download(silent, { ...limits, timeout: 20 }), late);
  const ended = { ok: false, error: 'was not waited for: the task was cut off' };
  t.deepEqual(await download(silent, { ...limits, signal: AbortSignal.abort() }), ended);
});

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

test.before(() => Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'key' }));
