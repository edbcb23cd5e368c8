import { Duplex, duplexPair } from 'node:stream';
import { TLSSocket } from 'node:tls';
import test, { type ExecutionContext } from 'ava';
import { ClusterError, fault } from '../../../cluster/error.ts';
import { shakeHands } from '../../../plugin/verify/handshake.ts';
import { createAuthority } from '../../control-plane/certificates.ts';

const authority = await createAuthority('nodes');
const stranger = await createAuthority('stranger');
const pair = await authority.issue({ commonName: 'n0' }, ['n0']);
const minute = 60_000;

/** A stream to a TLS server. @returns also the name that it is asked for. */
function served(t: ExecutionContext): { stream: Duplex; asked: () => string | false | null } {
  const [stream, other] = duplexPair();
  const server = new TLSSocket(other as never, { isServer: true, cert: pair.certificate, key: pair.key });
  server.on('error', () => {});
  t.teardown(() => stream.destroy());
  return { stream, asked: () => (server as TLSSocket & { servername: string | false | null }).servername };
}

test('an authority that vouches leaves no doubt, and the name is asked for', async t => {
  const { stream, asked } = served(t);
  const found = await shakeHands(stream, { name: 'n0', anchors: authority.certificate }, minute);
  t.like(found, { kind: 'done', doubt: undefined });
  t.is(asked(), 'n0');
});

test('the leaf itself vouches for itself, though it has an issuer', async t => {
  const { stream } = served(t);
  const found = await shakeHands(stream, { name: 'n0', anchors: pair.certificate }, minute);
  t.like(found, { kind: 'done', doubt: undefined });
});

for (const [whose, anchors] of [
  ['another authority', stranger.certificate],
  ['nobody', undefined],
] as const) {
  test(`a chain that ends at ${whose} is in doubt, and the leaf is shown`, async t => {
    const { stream } = served(t);
    const found = await shakeHands(stream, { name: 'n0', ...(anchors && { anchors }) }, minute);
    t.like(found, { kind: 'done', doubt: 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY' });
    t.true(found.kind === 'done' && found.leaf.length > 100);
  });
}

/** A stream whose other end does this with what it is sent first. */
function meets(answer: (stream: Duplex) => void): Duplex {
  const stream: Duplex = new Duplex({
    read: () => {},
    write: (_chunk, _encoding, done) => {
      answer(stream);
      done();
    },
  });
  return stream;
}

const others: readonly [what: string, answer: (stream: Duplex) => void, found: object][] = [
  ['refuses', stream => stream.destroy(fault('ECONNREFUSED')), { kind: 'refused' }],
  ['breaks off', stream => stream.destroy(fault('ECONNRESET')), { kind: 'failed', code: 'ECONNRESET' }],
  ['ends', stream => stream.push(null), { kind: 'failed', code: 'ECONNRESET' }],
  ['speaks HTTP', stream => stream.push('HTTP/1.1 400 Bad Request\r\n\r\n'), { kind: 'failed' }],
];
for (const [what, answer, found] of others) {
  test(`whoever ${what} is an outcome`, async t => {
    t.like(await shakeHands(meets(answer), { name: 'n0' }, minute), found);
  });
}

test('whoever says nothing is given up', async t => {
  const stream = meets(() => {});
  t.deepEqual(await shakeHands(stream, { name: 'n0' }, 50), { kind: 'failed', code: 'ETIMEDOUT' });
});

test('a fault of the cluster is thrown as it is', async t => {
  const stream = meets(stream => stream.destroy(new ClusterError('no way')));
  await t.throwsAsync(shakeHands(stream, { name: 'n0' }, minute), {
    instanceOf: ClusterError,
    message: 'no way',
  });
});
