import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { temporaryDirectory } from '../../directory.ts';
import { type Home, handWritten, homeWith } from '../tasks/home.ts';
import { idOf, ownHost, startNode } from '../tasks/servers.ts';
import { credentials, EC2StandIn, type Region, refuse } from './ec2-stand-in.ts';

const ec2 = new EC2StandIn();
const secret = 'wJalrXUtnFEMI-never-shown';
const config = 'config/config.toml';

test.before(async () => {
  const endpoint = await ec2.listen();
  Object.assign(process.env, {
    ...{ AWS_ENDPOINT_URL_EC2: endpoint, AWS_ENDPOINT_URL_STS: endpoint },
    ...{ AWS_ACCESS_KEY_ID: 'AKIAFIXED', AWS_SECRET_ACCESS_KEY: secret },
  });
});
test.after.always(() => ec2.close());

const chain = { Chain: 'pacific-1' };
const sourceIn = (region: string, tags: Record<string, string> = chain) => ({
  type: 'ec2Tags',
  region,
  tags,
});

function ask(home: Home, region: string, known: Region, signal?: AbortSignal) {
  ec2.regions.set(region, known);
  return home.run('discover-peers', { sources: [sourceIn(region)] }, signal && { signal });
}

const peersIn = (home: Home) => /persistent-peers = "(.*)"/.exec(home.read(config))?.[1]?.split(',');

test('running instances with every tag become peers, at their public address where they have one', async t => {
  const [inside, outside, other] = [ownHost(), ownHost(), ownHost()];
  await startNode(t, { id: idOf(1) }, inside);
  await startNode(t, { id: idOf(2) }, outside);
  const instances = [
    { privateAddress: inside, tags: { ...chain, Role: 'rpc' } },
    { privateAddress: other, publicAddress: outside, tags: chain },
    { privateAddress: other, tags: { Chain: 'atlantic-2' } },
    { privateAddress: other, tags: chain, state: 'stopped' },
    { tags: chain },
    { privateAddress: 'evil,x', tags: chain },
  ];
  const home = homeWith(handWritten);
  t.deepEqual(await ask(home, 'eu-found-1', { instances }), { ok: true, value: undefined });
  t.deepEqual(peersIn(home), [`${idOf(1)}@${inside}:26656`, `${idOf(2)}@${outside}:26656`]);
});

test('every page is asked for, and every tag is a filter', async t => {
  const hosts = Array.from({ length: 5 }, ownHost);
  await Promise.all(hosts.map((host, at) => startNode(t, { id: idOf(at + 1) }, host)));
  const tags = { ...chain, Role: 'sentry' };
  const instances = hosts.map(privateAddress => ({ privateAddress, tags }));
  ec2.regions.set('eu-pages-1', { instances, pageSize: 2 });
  const home = homeWith(handWritten);
  t.true((await home.run('discover-peers', { sources: [sourceIn('eu-pages-1', tags)] })).ok);
  t.is(peersIn(home)?.length, 5);
  const asked = ec2.asked.filter(({ region }) => region === 'eu-pages-1').map(each => each.parameters);
  t.deepEqual(
    asked.map(parameters => parameters.get('NextToken')),
    [null, '2', '4'],
  );
  t.like(Object.fromEntries(asked[0]!), {
    Action: 'DescribeInstances',
    'Filter.1.Name': 'instance-state-name',
    'Filter.1.Value.1': 'running',
    'Filter.2.Name': 'tag:Chain',
    'Filter.2.Value.1': 'pacific-1',
    'Filter.3.Name': 'tag:Role',
    'Filter.3.Value.1': 'sentry',
  });
});

test('an instance that is silent is passed over; where all are, each is named', async t => {
  const [good, silent] = [ownHost(), ownHost()];
  await startNode(t, { id: idOf(1) }, good);
  const both = [good, silent].map(privateAddress => ({ privateAddress, tags: chain }));
  t.true((await ask(homeWith(handWritten), 'eu-some-1', { instances: both })).ok);
  const result = await ask(homeWith(handWritten), 'eu-none-1', { instances: both.slice(1) });
  t.deepEqual(result, {
    ok: false,
    error: `no peer was found: ${silent}:26657 cannot be read (ECONNREFUSED)`,
  });
});

const endless: Region = (_, response) =>
  response.end(
    '<DescribeInstancesResponse><reservationSet/><nextToken>more</nextToken></DescribeInstancesResponse>',
  );
const faults: readonly (readonly [title: string, region: string, known: Region, error: RegExp])[] = [
  [
    'no instance with the tags',
    'eu-empty-1',
    { instances: [] },
    /^no peer was found: no running instance in eu-empty-1 has the tags "Chain=pacific-1"$/,
  ],
  [
    'a role that may not',
    'eu-denied-1',
    (_, response) =>
      refuse(response, 403, 'UnauthorizedOperation', `Encoded authorization failure message: ${secret}`),
    /^EC2 in eu-denied-1 answered UnauthorizedOperation \(403\); let the role of the pod's ServiceAccount call ec2:DescribeInstances$/,
  ],
  [
    'credentials of another account',
    'eu-auth-1',
    (_, response) => refuse(response, 401, 'AuthFailure', secret),
    /answered AuthFailure \(401\); the credentials are not valid/,
  ],
  [
    'too many questions',
    'eu-limit-1',
    (_, response) => refuse(response, 503, 'RequestLimitExceeded'),
    /answered RequestLimitExceeded \(503\); too much is asked/,
  ],
  [
    'an outage',
    'eu-down-1',
    (_, response) => response.writeHead(500).end('<html>down'),
    /^EC2 in eu-down-1 .*; it is overloaded or down; run the task again later$/,
  ],
  [
    'no XML',
    'eu-garbage-1',
    (_, response) => response.end('{"a":1}'),
    /^EC2 in eu-garbage-1 answered with something else than instances/,
  ],
  [
    'the page of a proxy',
    'eu-page-1',
    (_, response) => response.end('<html><body>Sign in</body></html>'),
    /^EC2 in eu-page-1 answered with something else than instances/,
  ],
  [
    'XML that breaks off',
    'eu-broken-1',
    (_, response) => response.end('<DescribeInstancesResponse><reservationSet><item>'),
    /^EC2 in eu-broken-1 answered with something else than instances/,
  ],
  [
    'a connection that ends',
    'eu-cut-1',
    (_, response) => response.destroy(),
    /^EC2 in eu-cut-1 could not be asked \(ECONNRESET\); check the region, DNS/,
  ],
  ['pages without end', 'eu-endless-1', endless, /^EC2 in eu-endless-1 answered with more than 20 pages/],
];
for (const [title, region, known, error] of faults) {
  test(`${title} fails the task, writes nothing and shows no secret`, async t => {
    t.timeout(30_000);
    const home = homeWith(handWritten);
    const result = await ask(home, region, known);
    t.regex(result.ok ? '' : result.error, error);
    t.false((result.ok ? '' : result.error).includes(secret));
    t.is(home.read(config), handWritten[config]);
  });
}

test('where EC2 cannot be asked other sources do not stand for it: who is connected would be lost', async t => {
  const home = homeWith(handWritten);
  ec2.regions.set('eu-mixed-1', (_, response) => refuse(response, 403, 'UnauthorizedOperation'));
  const known = { type: 'static', addresses: [`${idOf(1)}@h:26656`] };
  const result = await home.run('discover-peers', { sources: [known, sourceIn('eu-mixed-1')] });
  t.regex(result.ok ? '' : result.error, /UnauthorizedOperation/);
  t.is(home.read(config), handWritten[config]);
});

test('a task that is deleted while EC2 thinks ends at once', async t => {
  const stop = new AbortController();
  const known: Region = () => stop.abort();
  const begun = performance.now();
  const result = await ask(homeWith(handWritten), 'eu-slow-1', known, stop.signal);
  t.deepEqual(result, { ok: false, error: 'the task was cut off' });
  // Who is not deleted waits for half a minute.
  t.true(performance.now() - begun < 25_000);
});

for (const [what, source, fault] of [
  [
    'no region',
    { type: 'ec2Tags', tags: chain },
    /sources\[0\] is ec2Tags and has the region nothing; it must/,
  ],
  ['a region that is a host', sourceIn('evil.example.com/'), /has the region "evil\.example\.com\/"/],
  ['no tag', sourceIn('eu-1', {}), /sources\[0\] is ec2Tags and has no tags/],
] as const) {
  test(`${what} is refused and nobody is asked`, async t => {
    const result = await homeWith(handWritten).run('discover-peers', { sources: [source] });
    t.regex(result.ok ? '' : result.error, fault);
  });
}

test.serial('a ServiceAccount with a role is enough: its token is exchanged, and never shown', async t => {
  const token = join(temporaryDirectory('token'), 'token');
  writeFileSync(token, secret);
  const host = ownHost();
  await startNode(t, { id: idOf(1) }, host);
  const fixed = { AWS_ACCESS_KEY_ID: 'AKIAFIXED', AWS_SECRET_ACCESS_KEY: secret };
  for (const name of Object.keys(fixed)) delete process.env[name];
  const role = { AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/peers', AWS_WEB_IDENTITY_TOKEN_FILE: token };
  Object.assign(process.env, role);
  t.teardown(() => {
    for (const name of Object.keys(role)) delete process.env[name];
    Object.assign(process.env, fixed);
  });
  ec2.regions.set('sts', (_, response) => response.end(credentials('AKIAROLE')));
  const instances = [{ privateAddress: host, tags: chain }];
  t.true((await ask(homeWith(handWritten), 'eu-role-1', { instances })).ok);
  t.is(ec2.asked.find(({ region }) => region === 'eu-role-1')?.accessKey, 'AKIAROLE');
  t.is(ec2.asked.find(({ region }) => region === 'sts')?.parameters.get('WebIdentityToken'), secret);

  ec2.regions.set('sts', (_, response) => refuse(response, 403, 'AccessDenied', secret));
  const denied = await ask(homeWith(handWritten), 'eu-role-2', { instances });
  t.regex(
    denied.ok ? '' : denied.error,
    /^EC2 in eu-role-2 answered AccessDenied \(403\); let the pod's ServiceAccount take its role/,
  );
  t.false((denied.ok ? '' : denied.error).includes(secret));
});
