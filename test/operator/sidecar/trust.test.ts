import test from 'ava';
import type { Secret } from '../../../core/kubernetes.ts';
import { createAuthority, type KeyPair } from '../../control-plane/certificates.ts';
import {
  bytesSentTo,
  clientOf,
  fakeSidecar,
  fixturePair,
  pod,
  secret,
  secured,
  selfSigned,
  service,
  task,
  token,
} from './fake-sidecar.ts';

const authority = await createAuthority('authority');
const stranger = await createAuthority('stranger');
const namesake = await createAuthority('authority');
const issued = await authority.issue({ commonName: 'n0' }, [service, pod]);
const itself = await selfSigned([service, pod]);
const sibling = await authority.issue({ commonName: 'n0' }, [pod]);
const shouting = await selfSigned([pod.toUpperCase()]);
const expired = await selfSigned([pod], [-2, -1]);
const early = await selfSigned([pod], [1, 2]);
const misnamed: readonly [string, KeyPair][] = [
  ['another node', await authority.issue({ commonName: 'n1' }, ['n1-0.n1.arctic.svc.cluster.local'])],
  ['the Service only', await authority.issue({ commonName: 'n0' }, [service])],
  ['the pod by CN only', await authority.issue({ commonName: pod })],
  ['a wildcard', await authority.issue({ commonName: 'n0' }, ['*.n0.arctic.svc.cluster.local'])],
  ['the pod with a final dot', await authority.issue({ commonName: 'n0' }, [`${pod}.`])],
  ['the address', await authority.issue({ commonName: 'n0' }, [], ['127.0.0.1'])],
];

const trusts = test.macro({
  async exec(t, served: KeyPair, known: Secret) {
    const fake = await fakeSidecar(t, served);
    const client = clientOf(t, fake.port);
    client.follow(secured, known);
    t.deepEqual(await client.submit(secured, task), { id: task.id, attempt: 0, kind: 'submitted' });
    t.deepEqual(fake.seen, [
      {
        method: 'POST',
        url: '/v0/tasks',
        authorization: `Bearer ${token}`,
        body: JSON.stringify({ id: task.id, type: task.type }),
      },
    ]);
  },
  title: title => `${title} is trusted and gets the token`,
});

test('a certificate from the authority in ca.crt', trusts, issued, secret(issued, authority.certificate));
test(
  'a certificate from one of several authorities in ca.crt',
  trusts,
  issued,
  secret(issued, `of the company\n${stranger.certificate}${authority.certificate}`),
);
test(
  'another certificate from the authority in ca.crt',
  trusts,
  sibling,
  secret(issued, authority.certificate),
);
test('a self-signed leaf without ca.crt', trusts, itself, secret(itself));
test('a self-signed leaf that is its own ca.crt', trusts, itself, secret(itself, itself.certificate));
test('a self-signed leaf with an empty ca.crt', trusts, itself, secret(itself, ''));
test('a leaf of an authority that the Secret does not have', trusts, issued, secret(issued));
for (const name of ['rsa', 'ecSEC1', 'ecPKCS8', 'ed25519'] as const) {
  test(`a leaf of kind ${name} without ca.crt`, trusts, fixturePair(name), secret(fixturePair(name)));
}
test('a name in capitals', trusts, shouting, secret(shouting));

/** Not one byte is sent to a server that is not verified. */
const distrusts = test.macro({
  async exec(t, served: KeyPair, known: Secret, why: RegExp) {
    const sent = await bytesSentTo(t, served, async port => {
      const client = clientOf(t, port);
      client.follow(secured, known);
      for (const outcome of [await client.submit(secured, task), await client.poll(secured, task)]) {
        t.is(outcome.kind, 'waiting');
        const message = 'message' in outcome ? outcome.message : '';
        t.regex(message, why);
        t.regex(
          message,
          /^the sidecar at https:\/\/n0-0\.n0\.arctic\.svc\.cluster\.local:8443 is not trusted and gets no request: .* Secret arctic\/n0-tls \([A-Z_]+\)$/,
        );
      }
    });
    t.is(sent, '');
  },
  title: title => `${title} gets not one byte`,
});

const unknown = /its certificate is not from the authority in Secret/;
test('a certificate of another authority', distrusts, issued, secret(issued, stranger.certificate), unknown);
test(
  'a certificate of another authority of the same name',
  distrusts,
  issued,
  secret(issued, namesake.certificate),
  unknown,
);
test('a self-signed leaf that is not the one in the Secret', distrusts, itself, secret(issued), unknown);
test(
  'a leaf of another kind than the one in the Secret',
  distrusts,
  fixturePair('ecSEC1'),
  secret(fixturePair('rsa')),
  unknown,
);
test('a self-signed leaf beside a ca.crt', distrusts, itself, secret(itself, authority.certificate), unknown);

const wrongName = /is for another name; renew/;
for (const [of, pair] of misnamed) {
  test(`a certificate of ${of}`, distrusts, pair, secret(issued, authority.certificate), wrongName);
}
test('an expired certificate', distrusts, expired, secret(expired), /has expired; renew/);
test('a certificate of tomorrow', distrusts, early, secret(early), /is not valid yet; look at the clocks/);

test.serial('NODE_TLS_REJECT_UNAUTHORIZED=0 changes nothing', async t => {
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
  t.teardown(() => delete process.env.NODE_TLS_REJECT_UNAUTHORIZED);
  const sent = await bytesSentTo(t, itself, async port => {
    const client = clientOf(t, port);
    client.follow(secured, secret(issued, authority.certificate));
    t.is((await client.submit(secured, task)).kind, 'waiting');
  });
  t.is(sent, '');
});
