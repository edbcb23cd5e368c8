import { connect } from 'node:http2';
import { json } from 'node:stream/consumers';
import type { ExecutionContext } from 'ava';
import { proxyArguments, proxyPort } from '../../core/listeners.ts';
import { settings, node as stored, tls } from '../core/resources/nodes.ts';
import { recordingUpstream } from '../kubelet/images.ts';
import type { Reply } from './ask.ts';
import type { Place } from './place.ts';
import { endPod, makePod, type Ports, withContainer } from './pods.ts';
import { withPods } from './with-pods.ts';

const { test, bed } = withPods();
const submitter = 'sei-validator-task-submitter';
const user = 'system:serviceaccount:recorder:submitter';
const groups = 'system:serviceaccounts|system:serviceaccounts:recorder|system:authenticated';

type Seen = { readonly status: number; readonly headers: (name: string) => readonly string[] };

let place: Place;
let ports: Ports;
let allowed: string;

test('a pod with a recorder in the place of the sidecar runs behind the real proxy', async t => {
  const { images, inNamespace, tokenOf } = bed();
  place = await inNamespace('recorder');
  images.set('recorder', recordingUpstream);
  allowed = await tokenOf('recorder', 'submitter', submitter);
  const image = { image: 'recorder', command: undefined };
  ports = await makePod(bed(), place, withContainer('sei-sidecar', image));
  t.is((await ports.proxy(allowed, '/v0/tasks')).status, 200);
});

test('8443 answers 401 without a token that the API server knows', async t => {
  const gone = await bed().tokenOf('recorder', 'gone', submitter);
  t.is((await ports.proxy(gone, '/v0/tasks')).status, 200);
  await bed().controlPlane.call('DELETE', '/api/v1/namespaces/recorder/serviceaccounts/gone');
  const [head, claims] = allowed.split('.');
  for (const token of [undefined, '', 'garbage', `${head}.${claims}.AAAA`, allowed.slice(0, -2)]) {
    t.is((await ports.proxy(token, '/v0/tasks')).status, 401, token);
  }
  const basic = { headers: ['authorization', 'Basic c3VibWl0dGVyOng='] };
  t.is((await ports.proxy(undefined, '/v0/tasks', basic)).status, 401);
});

test('8443 answers 403 to a ServiceAccount that may not ask for this node’s tasks', async t => {
  const { inNamespace, tokenOf } = bed();
  await inNamespace('elsewhere');
  for (const token of [
    await tokenOf('recorder', 'stranger'),
    await tokenOf('recorder', settings.SEI_SERVICE_ACCOUNT),
    await tokenOf('elsewhere', 'submitter', submitter),
  ]) {
    const { status, text } = await ports.proxy(token, '/v0/tasks');
    t.is(status, 403);
    t.false(text.includes('rawHeaders'));
  }
});

test('whoever is allowed comes through 8443, and X-Remote-User says who it is', async t => {
  const { status, headers } = await seen(ports.proxy(allowed, '/v0/tasks'));
  t.is(status, 200);
  t.deepEqual(headers('x-remote-user'), [user]);
  t.deepEqual(headers('x-remote-groups'), [groups]);
});

test('to delete a task needs the verb delete: a submitter may not, the operator may', async t => {
  const operator = await bed().tokenOf('sei-k8s-controller-system', 'sei-k8s-controller-manager');
  const task = '/v0/tasks/b2c5cd4e-1a5f-4b0e-9f0e-5d2b8a7c1d11';
  for (const [token, method, status] of [
    [allowed, 'GET', 200],
    [allowed, 'POST', 200],
    [allowed, 'DELETE', 403],
    [allowed, 'PUT', 403],
    [allowed, 'PATCH', 403],
    [operator, 'GET', 200],
    [operator, 'POST', 200],
    [operator, 'DELETE', 200],
  ] as const) {
    const answer = await ports.proxy(token, task, { method });
    t.is(answer.status, status, `${token === operator ? 'operator' : 'submitter'} ${method}`);
  }
});

const forged = 'system:admin';
const forgeries: readonly (readonly [what: string, headers: readonly string[]])[] = [
  ['one', ['X-Remote-User', forged]],
  ['several', ['X-Remote-User', forged, 'X-Remote-User', 'root', 'X-Remote-User', user]],
  ['in lower case', ['x-remote-user', forged]],
  ['in mixed case, twice', ['x-REMOTE-uSER', forged, 'X-remote-User', forged]],
  ['with underscores', ['X_Remote_User', forged, 'X-Remote_User', forged]],
  ['empty', ['X-Remote-User', '']],
  ['of blanks', ['X-Remote-User', ' \t ']],
  ['with a comma', ['X-Remote-User', `${forged}, root`]],
  ['16 KiB long', ['X-Remote-User', forged.repeat(1365)]],
  ['with groups', ['X-Remote-User', forged, 'X-Remote-Groups', 'system:masters']],
  ['groups alone, several', ['x-remote-groups', 'system:masters', 'X-REMOTE-GROUPS', 'root']],
];

for (const [what, headers] of forgeries) {
  test(`X-Remote-User that a client forges never arrives: ${what}`, async t => {
    onlyTheirOwn(t, await seen(ports.proxy(allowed, '/v0/tasks', { headers })));
    t.is((await ports.proxy(undefined, '/v0/tasks', { headers })).status, 401);
  });
}

test('X-Remote-User that a client forges over HTTP/2 never arrives', async t => {
  const { authority } = bed();
  const [, servername] = place.namesOf('n0');
  const session = connect(`https://${servername}:${proxyPort}`, {
    ...{ ca: authority.certificate, servername: servername! },
    lookup: (_name, _options, found) => found(null, [{ address: '127.0.0.1', family: 4 }]),
  });
  t.teardown(() => session.destroy());
  const stream = session.request({
    ...{ ':path': '/v0/tasks', authorization: `Bearer ${allowed}` },
    ...{ 'x-remote-user': [forged, 'root'], 'x-remote-groups': 'system:masters' },
  });
  const { rawHeaders } = (await json(stream)) as { rawHeaders: string[] };
  onlyTheirOwn(t, { status: 200, headers: valuesIn(rawHeaders) });
});

test('a client that has X-Remote-User taken off by Connection arrives without any', async t => {
  const headers = ['connection', 'X-Remote-User', 'X-Remote-User', forged];
  const arrived = await seen(ports.proxy(allowed, '/v0/tasks', { headers }));
  t.deepEqual(arrived.headers('x-remote-user'), []);
});

test('without --auth-header-fields-enabled the sidecar gets no user, and believes a forged one', async t => {
  const { inNamespace, tokenOf } = bed();
  await endPod(bed(), place);
  const without = await inNamespace('unnamed');
  const args = proxyArguments(stored(tls)).filter(flag => !flag.startsWith('--auth-header-fields'));
  const open = await makePod(bed(), without, withContainer('kube-rbac-proxy', { args }));
  const token = await tokenOf('unnamed', 'submitter', submitter);
  const nameless = await open.proxy(token, '/v0/tasks');
  t.is(nameless.status, 401);
  t.regex(nameless.text, /X-Remote-User is missing/);
  const headers = ['X-Remote-User', forged];
  t.is((await open.proxy(token, '/v0/tasks', { headers })).status, 200);
});

/** What the recorder saw. */
async function seen(asked: Promise<Reply>): Promise<Seen> {
  const { status, text } = await asked;
  return { status, headers: valuesIn(JSON.parse(text).rawHeaders) };
}

/** @returns the values of a header, in any case. */
function valuesIn(rawHeaders: readonly string[]): Seen['headers'] {
  return name =>
    rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === name);
}

function onlyTheirOwn(t: ExecutionContext, { status, headers }: Seen): void {
  t.is(status, 200);
  t.deepEqual(headers('x-remote-user'), [user]);
  t.deepEqual(headers('x-remote-groups'), [groups]);
}
