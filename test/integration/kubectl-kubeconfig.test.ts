import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { ExecutionContext } from 'ava';
import { apiGroups } from '../../cluster/resource.ts';
import { client, type Fake, fakeServer, json, kubeconfig, writeFiles } from '../cluster/fakes.ts';
import { createAuthority } from '../control-plane/certificates.ts';
import { findPrograms } from '../control-plane/programs.ts';
import { requires } from '../requires.ts';

const programs = await findPrograms();
const test = requires('kubectl: install Go to build it', programs !== undefined);
const authority = await createAuthority('authority');
const stranger = await createAuthority('stranger');
const serving = await authority.issue({ commonName: 'server' }, ['example.test'], ['127.0.0.1']);
const base64 = (text: string) => Buffer.from(text).toString('base64');
const ca = { 'certificate-authority-data': base64(authority.certificate) };
const files = { token: 'from-file\n', empty: '', ca: authority.certificate, strange: stranger.certificate };

type Case = { cluster?: object; user?: object; http?: boolean; flags?: readonly string[] };

/** What each may hold, with <url> and <dir> filled in. Where kubectl sends a request, so do we, and the same. */
const sent: Record<string, Case> = {
  'an anonymous user over http': { http: true },
  'a token over http, which is not sent': { http: true, user: { token: 't' } },
  'a password over http, which is not sent': { http: true, user: { username: 'a', password: 'b' } },
  'impersonation over http': { http: true, user: { as: 'jane' } },
  'a token': { user: { token: 't' } },
  'a token in a file': { user: { tokenFile: '<dir>/token' } },
  'a token in a file and one beside it': { user: { token: 't', tokenFile: '<dir>/token' } },
  'a token and a file that is not there': { user: { token: 't', tokenFile: '<dir>/nope' } },
  'a token beyond ASCII': { user: { token: 'tökén' } },
  'a password': { user: { username: 'a', password: 'b' } },
  'a password beyond ASCII': { user: { username: 'ä', password: 'ö:€' } },
  'a user name without a password': { user: { username: 'a' } },
  'a user to act as': { user: { token: 't', as: 'jane' } },
  'a user, groups, uid and extra to act as': {
    user: {
      token: 't',
      as: 'jane',
      'as-groups': ['a', 'b'],
      'as-uid': 'i',
      'as-user-extra': { 'a/b(c)': ['1', '2'] },
    },
  },
  'a user beyond ASCII to act as': { user: { token: 't', as: 'jörg €' } },
  '--as': { user: { token: 't' }, flags: ['--as=jane', '--as-group=a', '--as-group=b'] },
  '--as over groups of the kubeconfig': {
    user: { token: 't', as: 'bob', 'as-groups': ['a'], 'as-uid': 'i' },
    flags: ['--as=jane'],
  },
  '--as-group over groups of the kubeconfig': {
    user: { token: 't', as: 'bob', 'as-groups': ['a'] },
    flags: ['--as-group=b'],
  },
  'a CA in a file': { user: { token: 't' }, cluster: { 'certificate-authority': '<dir>/ca' } },
  'no CA and insecure': { user: { token: 't' }, cluster: { 'insecure-skip-tls-verify': true } },
  'a name to verify': { user: { token: 't' }, cluster: { ...ca, 'tls-server-name': 'example.test' } },
  'a path before the API': { user: { token: 't' }, cluster: { ...ca, server: '<url>/k8s/clusters/c-1' } },
  'a slash behind the server': { user: { token: 't' }, cluster: { ...ca, server: '<url>/' } },
};

/** Here neither sends anything. */
const refused: Record<string, Case> = {
  'a file that is not there': { user: { tokenFile: '<dir>/nope' } },
  'a token that ends with a line break': { user: { token: 't\n' } },
  'a token with a line break and a header': { user: { token: 't\r\nX-Y: z' } },
  'a token and a password': { user: { token: 't', username: 'a', password: 'b' } },
  'a certificate without a key': { user: { token: 't', 'client-certificate-data': base64('x') } },
  'a certificate that is none': {
    user: { token: 't', 'client-certificate-data': base64('x'), 'client-key-data': base64('y') },
  },
  'a certificate file that is not there': {
    user: { token: 't', 'client-certificate': '<dir>/nope', 'client-key': '<dir>/nope' },
  },
  'groups of nobody': { user: { token: 't', 'as-groups': ['a'] } },
  'a uid of nobody': { user: { token: 't', 'as-uid': 'i' } },
  'extra of nobody': { user: { token: 't', 'as-user-extra': { a: ['1'] } } },
  '--as-group of nobody': { user: { token: 't' }, flags: ['--as-group=b'] },
  '--as with a line break': { user: { token: 't' }, flags: ['--as=a\nb'] },
  'a strange CA': { user: { token: 't' }, cluster: { 'certificate-authority': '<dir>/strange' } },
  'a CA that is not there': { user: { token: 't' }, cluster: { 'certificate-authority': '<dir>/nope' } },
  'a CA that is no certificate': {
    user: { token: 't' },
    cluster: { 'certificate-authority-data': base64('x') },
  },
  'a CA that is not base64': { user: { token: 't' }, cluster: { 'certificate-authority-data': '%%' } },
  'no CA': { user: { token: 't' }, cluster: {} },
  'a CA and insecure': { user: { token: 't' }, cluster: { ...ca, 'insecure-skip-tls-verify': true } },
  'another name to verify': { user: { token: 't' }, cluster: { ...ca, 'tls-server-name': 'other.test' } },
  'a proxy of an unknown kind': { user: { token: 't' }, cluster: { ...ca, 'proxy-url': 'ftp://a:b@c' } },
  'a proxy that is no URL': { user: { token: 't' }, cluster: { ...ca, 'proxy-url': 'a:b@c' } },
  'an auth provider that is gone': { user: { 'auth-provider': { name: 'gcp' } } },
  'a plugin without a command': { user: { exec: { apiVersion: 'client.authentication.k8s.io/v1' } } },
  'a plugin of another version': { user: { exec: { apiVersion: 'v1', command: 'true' } } },
  'a plugin of an unknown mode': {
    user: { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'true', interactiveMode: 'No' } },
  },
};

for (const [title, given] of Object.entries(sent)) {
  test(`${title}: kubectl and we send the same`, async t => {
    const { theirs, ours } = await compare(t, given);
    t.is(theirs.length, 1);
    t.deepEqual(ours, theirs);
  });
}

for (const [title, given] of Object.entries(refused)) {
  test(`${title}: kubectl and we send nothing`, async t => {
    t.deepEqual(await compare(t, given), { theirs: [], ours: [] });
  });
}

async function compare(t: ExecutionContext, given: Case): Promise<{ theirs: Requests; ours: Requests }> {
  const groups = json({ kind: 'APIGroupList', apiVersion: 'v1', groups: [] });
  const fake = await fakeServer(t, groups, given.http ? undefined : serving);
  const config = write(t, fake, given);
  const theirs = await kubectl(config, given.flags ?? [], fake);
  return { theirs, ours: await asked(t, config, given.flags ?? [], fake) };
}

function write(t: ExecutionContext, fake: Fake, given: Case): string {
  const { token } = writeFiles(t, files);
  const cluster = {
    server: '<url>',
    ...(given.http ? {} : (given.cluster ?? ca)),
    ...(given.http && given.cluster),
  };
  const text = JSON.stringify([cluster, given.user ?? {}])
    .replaceAll('<url>', fake.url)
    .replaceAll('<dir>/', token.replace(/token$/, ''));
  const [where, who] = JSON.parse(text);
  return kubeconfig(t, where, who);
}

/** Requests as the server saw them, without what every client says of itself. */
type Requests = { url: string; headers: object }[];

function take({ seen }: Fake): Requests {
  return (seen as Fake['seen'][number][]).splice(0).map(({ url, headers }) => ({
    url,
    headers: Object.fromEntries(
      Object.entries(headers)
        .filter(([name]) => /^(authorization|impersonate|x-)/.test(name))
        .toSorted(),
    ),
  }));
}

async function kubectl(config: string, flags: readonly string[], fake: Fake): Promise<Requests> {
  const env = { PATH: process.env.PATH, KUBECONFIG: config };
  const run = promisify(execFile)(programs!.kubectl, ['get', '--raw', '/apis', ...flags], { env });
  run.child.stdin?.end();
  await run.catch(() => undefined);
  return take(fake);
}

async function asked(
  t: ExecutionContext,
  config: string,
  flags: readonly string[],
  fake: Fake,
): Promise<Requests> {
  const of = (name: string) =>
    flags.filter(flag => flag.startsWith(`--${name}=`)).map(flag => flag.slice(name.length + 3));
  const [as] = of('as');
  try {
    const opened = client(t, config, { ...(as !== undefined && { as }), asGroup: of('as-group') });
    await opened.get({ verb: 'get', resource: apiGroups });
  } catch (error) {
    t.regex(String(error), /^Error: [^\n]+$/);
  }
  return take(fake);
}
