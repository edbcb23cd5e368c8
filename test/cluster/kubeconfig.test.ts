import test, { type ExecutionContext } from 'ava';
import { ClusterError } from '../../cluster/error.ts';
import { loadKubeconfig } from '../../cluster/kubeconfig.ts';
import { chooseTarget, type TargetOptions } from '../../cluster/target.ts';
import { writeFiles } from './fakes.ts';

/** The secret in every text of this file: no message may repeat any of it. */
const secret = 'eyJhbGciOi';

const one = `
clusters: [{name: c, cluster: {server: "https://one"}}]
users: [{name: u, user: {token: ${secret}}}]
contexts: [{name: x, context: {cluster: c, user: u, namespace: n}}]
current-context: x
`;

function target(t: ExecutionContext, texts: readonly string[], options: TargetOptions = {}) {
  const files = writeFiles(t, Object.fromEntries(texts.map((text, index) => [`k${index}`, text])));
  return chooseTarget(loadKubeconfig(undefined, { KUBECONFIG: Object.values(files).join(':') }), options);
}

test('a kubeconfig gives cluster, user and namespace of its context', t => {
  const chosen = target(t, [one]);
  t.is(chosen.cluster.fields.server, 'https://one');
  t.is(chosen.user?.fields.token, secret);
  t.is(chosen.namespace, 'n');
});

test('of several files the first to name a thing wins, whole, and the first current context counts', t => {
  const second = one.replace('//one', '//two').replace(`token: ${secret}`, 'username: second');
  t.is(target(t, [one, second]).cluster.fields.server, 'https://one');
  t.deepEqual(target(t, [one, second]).user?.fields, { token: secret });
  t.is(
    target(t, ['current-context: y', one, 'contexts: [{name: y, context: {cluster: c}}]']).namespace,
    'default',
  );
  t.is(target(t, ['clusters: []', second, one]).cluster.fields.server, 'https://two');
});

test('missing and empty files of KUBECONFIG are passed over, and one named twice is read once', t => {
  const { k } = writeFiles(t, { k: one, empty: '', comment: '# nothing\n' });
  const loaded = loadKubeconfig(undefined, { KUBECONFIG: `/nope/a:${k}::${k}:/nope/b` });
  t.deepEqual(loaded.files, [k]);
  t.deepEqual(loaded.missing, ['/nope/a', '/nope/b']);
});

test('without KUBECONFIG the file of the home directory is read; with one, never', t => {
  const home = '/nope/home';
  t.deepEqual(loadKubeconfig(undefined, { HOME: home }).missing, [`${home}/.kube/config`]);
  t.deepEqual(loadKubeconfig(undefined, { HOME: home, KUBECONFIG: ':' }).missing, []);
});

test('--kubeconfig outranks KUBECONFIG, and an empty one is none', t => {
  const { a, b } = writeFiles(t, { a: one, b: 'clusters: []' });
  t.deepEqual(loadKubeconfig(b, { KUBECONFIG: a }).files, [b]);
  t.deepEqual(loadKubeconfig('', { KUBECONFIG: a }).files, [a]);
});

test('flags choose another context, cluster or user, and empty ones choose nothing', t => {
  const more = `
clusters: [{name: d, cluster: {server: "https://two"}}]
users: [{name: v, user: {username: v}}]
contexts: [{name: y, context: {cluster: d, user: v}}]
`;
  t.is(target(t, [one, more], { context: 'y' }).cluster.fields.server, 'https://two');
  t.is(target(t, [one, more], { cluster: 'd' }).cluster.fields.server, 'https://two');
  t.is(target(t, [one, more], { user: 'v' }).user?.fields.username, 'v');
  t.is(target(t, [more], { cluster: 'd' }).user, undefined);
  t.is(target(t, [one], { context: '', cluster: '', user: '', as: '' }).cluster.fields.server, 'https://one');
});

test('an entry without a name or with an empty body harms nobody', t => {
  t.is(target(t, [one.replace('users: [', 'users: [{user: {token: t}}, {name: w}, ')]).user?.name, 'u');
});

test('a second document in a kubeconfig is not read', t => {
  t.is(target(t, [`${one}---\ncurrent-context: y\n`]).namespace, 'n');
});

const refuses = test.macro({
  async exec(t, text: string, message: RegExp, options: TargetOptions = {}) {
    const error = t.throws(() => target(t, [text], options), { instanceOf: ClusterError, message });
    t.false(error?.message.includes(secret.slice(0, 6)));
    t.notRegex(error?.message ?? '', /\n/);
  },
  title: title => `${title} is refused in one sentence that repeats no secret`,
});

const entry = (list: string, body: string) => `${list}: [{name: z, ${list.slice(0, -1)}: ${body}}]\n`;

test('text that is not YAML', refuses, `a: [${secret}\n`, /k0:\d+ is not YAML$/);
test('an alias that is not there', refuses, `a: *${secret}\n`, /is not YAML$/);
test('a key twice', refuses, `current-context: x\ncurrent-context: ${secret}\n`, /k0:2 has a key twice$/);
test('a file that is a token', refuses, secret, /is no object with clusters, users and contexts$/);
test('a list', refuses, `- ${secret}`, /is no object with clusters/);
test('users that are no list', refuses, `users: ${secret}`, /users of the kubeconfig .* must be a list$/);
test('a user that is no object', refuses, `users: [${secret}]`, /users\[0\] .* must be an object$/);
test('a user entry that is text', refuses, entry('users', secret), /users\[0\]\.user .* must be an object$/);
test('a number for a name', refuses, 'users: [{name: 7}]', /users\[0\]\.name .* must be a string: quote it$/);
test(
  'a name twice in one file',
  refuses,
  'users: [{name: u}, {name: u}]',
  /has two users named "u": remove one$/,
);
test(
  'a current context that is a number',
  refuses,
  'current-context: 7',
  /^current-context .* must be a string/,
);
test(
  'a kubeconfig without a context',
  refuses,
  one.replace(/current.*\n/, ''),
  /no current context is set in .*k0: name one with --context NAME; there is "x"$/,
);
test(
  'a context that is not there',
  refuses,
  one.replace('text: x', 'text: y'),
  /no context is named "y" in .*; there is "x"$/,
);
test('a context of the command line that is not there', refuses, one, /no context is named "q"/, {
  context: 'q',
});
test(
  'a cluster that is not there',
  refuses,
  one.replace('{cluster: c', '{cluster: d'),
  /no cluster is named "d" .*; there is "c"$/,
);
test(
  'a user that is not there',
  refuses,
  one.replace('user: u', 'user: v'),
  /no user is named "v" .*; there is "u"$/,
);
test(
  'a context without a cluster',
  refuses,
  one.replace('cluster: c, user', 'user'),
  /the context "x" of the kubeconfig .* names no cluster$/,
);
test('groups without a user', refuses, one, /groups can be impersonated only together with a user/, {
  asGroup: ['g'],
});
test(
  'a uid of nobody',
  refuses,
  one.replace('token:', 'as-uid: i, token:'),
  /only together with a user: add --as NAME$/,
);
test('a line break in --as', refuses, one, /the Impersonate-User header holds a line break/, {
  as: 'a\r\nX-Y: z',
});
test('a line break in --as-group', refuses, one, /the Impersonate-Group header holds/, {
  as: 'a',
  asGroup: ['b\nc'],
});

test('where there is no kubeconfig, the sentence names where it was looked for', t => {
  t.throws(() => chooseTarget(loadKubeconfig(undefined, { KUBECONFIG: '/nope/a:/nope/b' }), {}), {
    message:
      'there is no kubeconfig (/nope/a, /nope/b): set KUBECONFIG, name one with --kubeconfig FILE, or read manifests with -f FILE',
  });
  t.throws(() => loadKubeconfig('/nope/a', {}), { message: 'the kubeconfig "/nope/a" does not exist' });
  t.throws(() => loadKubeconfig('/', {}), { message: 'the kubeconfig / cannot be read: EISDIR' });
});

test('with many contexts ten are named', t => {
  const contexts = Array.from({ length: 12 }, (_, index) => `{name: ctx${index + 10}, context: {}}`).join(
    ', ',
  );
  t.throws(() => target(t, [`contexts: [${contexts}]`]), { message: /there is "ctx10", .*"ctx19", …$/ });
});
