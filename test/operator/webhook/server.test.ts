import { once } from 'node:events';
import { request } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import test, { type ExecutionContext } from 'ava';
import { generate } from '../../../operator/webhook/generate.ts';
import { serverNameOf } from '../../../operator/webhook/names.ts';
import { type Around, review } from '../../../operator/webhook/review.ts';
import { bodyLimit, createWebhookServer, serveCertificate } from '../../../operator/webhook/server.ts';
import { WorldCopy } from '../../../operator/webhook/world.ts';

const made = generate('system', Date.now());

async function served(t: ExecutionContext, admit: Around['admit'], isComplete = true) {
  const [measured, faults]: [object[], object[]] = [[], []];
  const world = new WorldCopy();
  world.hear({ changes: [], caveats: [], unjudged: null, isComplete });
  const now = () => '2026-11-21T00:00:00Z';
  const around = {
    world,
    admit,
    now,
    measure: (each: object) => measured.push(each),
    failed: (each: object) => faults.push(each),
  };
  const server = createWebhookServer(body => review(body, around as Around)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const { authority, ...served } = await made;
  serveCertificate(server, served);
  const { port } = server.address() as AddressInfo;
  const ask = async (body: string | Buffer, options: object = {}) => {
    const asking = request({
      ...{ port, host: '127.0.0.1', path: '/validate', method: 'POST', ca: authority, agent: false },
      ...{ servername: serverNameOf('system'), headers: { 'content-type': 'application/json' } },
      ...options,
    });
    // Who is refused early may still be writing.
    asking.on('error', () => {});
    asking.end(body);
    const [response] = await once(asking, 'response');
    return [response.statusCode, await text(response)] as const;
  };
  return { ask, measured, faults };
}

const asked = (kind: string, namespace?: string) =>
  JSON.stringify({
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      ...{ uid: 'u1', kind: { group: '', version: 'v1', kind }, operation: 'CREATE', name: 'x', namespace },
      ...{ userInfo: {}, object: { data: { 'tls.key': 'c2VjcmV0' } }, oldObject: null },
    },
  });

test('an answer is an AdmissionReview with the uid of the request', async t => {
  const { ask, measured } = await served(t, ({ uid }) => ({
    uid,
    allowed: false,
    auditAnnotations: { denied: 'tls-sans a/n0; tls-sans a/n1; node-mode a/n0' },
  }));
  const [status, answer] = await ask(asked('Pod', 'a'), { path: '/validate?timeout=3s' });
  t.is(status, 200);
  t.like(JSON.parse(answer), {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    response: { uid: 'u1', allowed: false },
  });
  t.deepEqual(measured, [
    { kind: 'Pod', operation: 'CREATE', allowed: 'false', denied: ['tls-sans', 'node-mode'] },
  ]);
});

test('a kind that nobody is asked about makes no series', async t => {
  const { ask, measured } = await served(t, ({ uid }) => ({ uid, allowed: true }));
  await ask(asked('Anything'));
  t.deepEqual(measured, [{ kind: 'other', operation: 'CREATE', allowed: 'true', denied: [] }]);
});

const refusals: readonly [
  what: string,
  status: number,
  answer: RegExp,
  body: string | Buffer,
  options?: object,
][] = [
  ['no JSON', 400, /AdmissionReview/, 'tls.key: c2VjcmV0'],
  ['another document', 400, /AdmissionReview/, '{"kind":"Pod"}'],
  ['a GET', 405, /POST alone/, '', { method: 'GET' }],
  ['another path', 404, /there is \/validate/, '', { path: '/' }],
  ['another content', 415, /application\/json alone/, '{}', { headers: { 'content-type': 'text/plain' } }],
  ['more than two objects can be', 413, /bytes at most/, Buffer.alloc(bodyLimit + 1, ' ')],
];
for (const [what, status, answer, body, options] of refusals) {
  test(`${what} is refused with ${status} and a sentence that quotes nothing`, async t => {
    const { ask } = await served(t, () => t.fail() as never);
    const [got, sentence] = await ask(body, options);
    t.is(got, status);
    t.regex(sentence, answer);
    t.notRegex(sentence, /c2VjcmV0|\bat\b.*:\d/);
  });
}

test('a fault of our own is 500 and never says what a Secret holds', async t => {
  const { ask, faults, measured } = await served(t, ({ object }) => {
    throw new Error(JSON.stringify(object));
  });
  t.deepEqual(await ask(asked('Secret', 'a')), [500, 'the webhook failed: see the log of the operator\n']);
  t.deepEqual(faults, [
    {
      message: 'a fault of the webhook itself',
      fields: { kind: 'Secret', namespace: 'a', name: 'x', operation: 'CREATE' },
    },
  ]);
  t.like(measured[0], { allowed: 'error' });
});

test('before everything is listed nothing is judged', async t => {
  const { ask } = await served(t, () => t.fail() as never, false);
  t.is((await ask(asked('Pod', 'a')))[0], 503);
});

test('TLS 1.1 is refused, and so is who verifies by another CA', async t => {
  const { ask } = await served(t, ({ uid }) => ({ uid, allowed: true }));
  const { authority: ca } = await generate('system', Date.now());
  await t.throwsAsync(ask(asked('Pod'), { ca }), { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
  const old = { maxVersion: 'TLSv1.1', minVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' };
  await t.throwsAsync(ask(asked('Pod'), old), { message: /alert protocol version/ });
});

test('of more than a thousand connections the next are closed at once', async t => {
  const server = createWebhookServer(() => t.fail() as never).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const dropped = once(server, 'drop');
  const sockets = Array.from({ length: 1_001 }, () => connect(port, '127.0.0.1').on('error', () => {}));
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  await t.notThrowsAsync(dropped);
});
