import type { TlsOptions } from 'node:tls';
import test, { type ExecutionContext } from 'ava';
import type { Secret } from '../../core/kubernetes.ts';
import { fakeServer, json } from '../cluster/fakes.ts';
import { createAuthority, type KeyPair } from '../control-plane/certificates.ts';
import { until } from '../control-plane/until.ts';
import {
  clientOf,
  fakeSidecar,
  fixturePair,
  pod,
  secret,
  secured,
  selfSigned,
  task,
  token,
} from '../operator/sidecar/fake-sidecar.ts';
import { survives } from './matrix.ts';
import { certificates } from './peers/certificates.ts';
import { drips, type Manners, rudeTCP, rudeTLS, says } from './peers/rude.ts';

const pair = fixturePair('rsa');
/** A machine under load takes its time for a handshake. */
const patient = { patience: 60_000 };
/** A record of TLS that begins a ServerHello of 16 KiB. */
const serverHello = Buffer.from([0x16, 3, 3, 0x40, 0, 2, 0, 0x3f, 0xfc]);
const alert = Buffer.from([0x15, 3, 3, 0, 2, 1, 100]);

const handshakes: readonly [fault: string, Manners, RegExp][] = [
  ['drips its half of the handshake', drips('', serverHello.subarray(0, 1)), / \(\w+\)$/],
  [
    'begins a handshake of 16 KiB and drips it',
    dripping(serverHello),
    /takes no connection within .* \(ETIMEDOUT\)$/,
  ],
  ['closes after ClientHello', socket => socket.once('data', () => socket.end()), /\(ECONNRESET\)$/],
  [
    'resets after ClientHello',
    socket => socket.once('data', () => socket.resetAndDestroy()),
    /\(ECONNRESET\)$/,
  ],
  [
    'answers ClientHello in plain HTTP, with a redirect',
    socket =>
      socket.once('data', () => says('HTTP/1.1 307 Go\r\nLocation: http://127.0.0.1/\r\n\r\n')(socket)),
    /does not come to terms on TLS \(\w+\)$/,
  ],
  ['warns for ever', drips('', alert, 1), /(does not come to terms on TLS|takes no connection .*) \(\w+\)$/],
];

function dripping(begin: Buffer): Manners {
  return socket =>
    socket.once('data', () => {
      socket.write(begin);
      drips('', Buffer.from([0]))(socket);
    });
}

for (const [fault, manners, expected] of handshakes) {
  test(`a sidecar that ${fault} keeps no connection`, t =>
    survives({ who: 'operator', fault: `a sidecar ${fault}` }, async () => {
      const { port, sent, connections } = await rudeTCP(t, manners);
      const isSlow = /drips|for ever/.test(fault);
      const client = clientOf(t, port, { patience: isSlow ? 5_000 : 60_000 });
      client.follow(secured, secret(pair));
      const outcome = await client.submit(secured, task);
      t.regex('message' in outcome ? outcome.message : outcome.kind, expected);
      t.is(connections().length, 1);
      t.true(await until(() => connections().every(({ closed }) => closed)));
      t.false(sent().includes(token));
    }));
}

const downgrades: readonly [string, TlsOptions][] = [
  ['TLS 1.0', { minVersion: 'TLSv1', maxVersion: 'TLSv1', ciphers: 'ALL:@SECLEVEL=0' }],
  ['TLS 1.1', { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' }],
  ['TLS 1.2 without encryption', { maxVersion: 'TLSv1.2', ciphers: 'NULL-SHA256:@SECLEVEL=0' }],
  ['TLS 1.2 without certificates', { maxVersion: 'TLSv1.2', ciphers: 'ADH-AES128-GCM-SHA256:@SECLEVEL=0' }],
];
for (const [what, options] of downgrades) {
  test.serial(`a sidecar that speaks only ${what} gets not one byte`, t =>
    survives({ who: 'operator', fault: `a sidecar speaks only ${what}` }, async () => {
      const { port, sent } = await rudeTLS(t, pair, () => {}, options);
      const client = clientOf(t, port, patient);
      client.follow(secured, secret(pair));
      const outcome = await client.submit(secured, task);
      t.regex(
        'message' in outcome ? outcome.message : '',
        /does not come to terms on TLS \((ERR_SSL_[\w/]+|EPROTO)\)$/,
      );
      t.is(sent(), '');
    }),
  );
}

for (const status of [301, 302, 307, 308]) {
  test.serial(`a sidecar that redirects with ${status} to a server that is there: nobody asks it`, t =>
    survives(
      { who: 'operator', fault: `a sidecar redirects with ${status} to a server that listens` },
      async () => {
        const plain = await fakeServer(t, json({}));
        const trusted = await fakeServer(t, json({}), pair);
        for (const { url } of [plain, trusted]) {
          const fake = await fakeSidecar(t, pair, json({}, status, { location: `${url}/v0/tasks` }));
          const client = clientOf(t, fake.port, patient);
          client.follow(secured, secret(pair));
          t.like(await client.submit(secured, task), { kind: 'waiting' });
          t.is(fake.seen.length, 1);
        }
        t.is(plain.connections() + trusted.connections(), 0);
      },
    ),
  );
}

async function submits(t: ExecutionContext, served: KeyPair, known: Secret): Promise<void> {
  const fake = await fakeSidecar(t, served);
  const client = clientOf(t, fake.port, patient);
  client.follow(secured, known);
  t.like(await client.submit(secured, task), { kind: 'submitted' });
}

test.serial('a sidecar whose certificate names 500 hosts is trusted by its own', t =>
  survives({ who: 'operator', fault: 'a sidecar serves a certificate of 500 names' }, async () => {
    const names = Array.from({ length: 500 }, (_, at) => `n${at}.arctic.svc.cluster.local`);
    const many = await selfSigned([...names, pod]);
    await submits(t, many, secret(many));
  }),
);

test.serial('of 5,000 names it is more than a handshake takes, and that is said', t =>
  survives({ who: 'operator', fault: 'a sidecar serves a certificate of 5,000 names' }, async () => {
    const names = Array.from({ length: 5_000 }, (_, at) => `n${at}.arctic.svc.cluster.local`);
    const many = await selfSigned([...names, pod]);
    const { port, sent } = await rudeTLS(t, many, () => {});
    const client = clientOf(t, port, patient);
    client.follow(secured, secret(many));
    const outcome = await client.submit(secured, task);
    t.regex('message' in outcome ? outcome.message : '', /\(ERR_SSL_EXCESSIVE_MESSAGE_SIZE\)$/);
    t.is(sent(), '');
  }),
);

test.serial(
  'among a thousand authorities in ca.crt the right one counts, and the others vouch for no stranger',
  t =>
    survives({ who: 'operator', fault: 'a Secret has a ca.crt of 1,000 authorities' }, async () => {
      const [authority, stranger] = await Promise.all([createAuthority('a'), createAuthority('b')]);
      const issued = await authority.issue({ commonName: 'n0' }, [pod]);
      const known = secret(issued, `${certificates(1_000)}${authority.certificate}`);
      await submits(t, issued, known);
      const { port, sent } = await rudeTLS(t, await stranger.issue({ commonName: 'n0' }, [pod]), () => {});
      const client = clientOf(t, port, patient);
      client.follow(secured, known);
      const outcome = await client.submit(secured, task);
      t.regex(
        'message' in outcome ? outcome.message : '',
        /its certificate is not from the authority in Secret/,
      );
      t.is(sent(), '');
    }),
);
