import { X509Certificate } from 'node:crypto';
import test from 'ava';
import { sha256Hex } from '../../../core/x509/certificate.ts';
import type { Handshake } from '../../../plugin/verify/handshake.ts';
import { judgePlain, judgeTLS, type Outcome } from '../../../plugin/verify/judge.ts';
import { createAuthority, generateKey } from '../../control-plane/certificates.ts';

const both = ['n0.arctic.svc.cluster.local', 'n0-0.n0.arctic.svc.cluster.local'];
const [service = '', pod = ''] = both;
const authority = await createAuthority('nodes');
const key = await generateKey();

async function leafFor(...names: string[]): Promise<Uint8Array> {
  const { certificate } = await authority.issue({ commonName: service }, names, [], key);
  return new X509Certificate(certificate).raw;
}

const leaves = {
  good: await leafFor(...both),
  older: await leafFor(...both),
  capitals: await leafFor(...both.map(name => name.toUpperCase())),
  more: await leafFor('other', ...both.toReversed()),
  service: await leafFor(service),
  pod: await leafFor(pod),
  none: await leafFor(),
  wildcard: await leafFor('*.arctic.svc.cluster.local', '*.n0.arctic.svc.cluster.local'),
  dot: await leafFor(service, `${pod}.`),
  broken: Uint8Array.of(0x30, 0x00),
} as const;
type Leaf = keyof typeof leaves;

function standard(secret: Leaf) {
  const anchor = { certificates: authority.certificate, leaf: sha256Hex(leaves[secret]) };
  return { anchor, requiredDNSNames: both, secret: 'arctic/n0-tls', pod: 'arctic/n0-0' };
}

function done(leaf: Leaf, doubt?: string): Handshake {
  return { kind: 'done', leaf: leaves[leaf], doubt, socket: undefined as never };
}

/** What is served, what the Secret holds, what OpenSSL has against the chain, and what that comes to. */
const served: readonly [served: Leaf, secret: Leaf, doubt: string | undefined, Outcome, said: RegExp][] = [
  ['good', 'good', undefined, 'Verified', /^arctic\/n0-0 serves the certificate of Secret arctic\/n0-tls: /],
  ['capitals', 'capitals', undefined, 'Verified', /both names are good/],
  ['more', 'more', undefined, 'Verified', /both names are good/],
  ['older', 'good', undefined, 'RotationPending', /another certificate than Secret arctic\/n0-tls holds/],
  [
    'service',
    'service',
    undefined,
    'SANsMismatch',
    new RegExp(`lacks the DNS names ${RegExp.escape(pod)}: `),
  ],
  ['pod', 'pod', undefined, 'SANsMismatch', new RegExp(`lacks the DNS names ${RegExp.escape(service)}: `)],
  ['service', 'good', undefined, 'SANsMismatch', /lacks/],
  ['none', 'none', undefined, 'SANsMismatch', new RegExp(RegExp.escape(both.join(', ')))],
  ['wildcard', 'wildcard', undefined, 'SANsMismatch', /lacks/],
  ['dot', 'dot', undefined, 'SANsMismatch', /lacks/],
  ['good', 'good', 'SELF_SIGNED_CERT_IN_CHAIN', 'Untrusted', /own ca\.crt does not vouch \(SELF_SIGNED/],
  [
    'older',
    'good',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'Untrusted',
    /Secret arctic\/n0-tls does not vouch \(UNABLE/,
  ],
  ['none', 'good', 'CERT_SIGNATURE_FAILURE', 'Untrusted', /does not vouch/],
  ['good', 'good', 'CERT_HAS_EXPIRED', 'Expired', /has expired: renew Secret arctic\/n0-tls/],
  ['good', 'good', 'CERT_NOT_YET_VALID', 'NotYetValid', /is not valid yet/],
  ['broken', 'good', undefined, 'Untrusted', /Go could not read/],
];
for (const [leaf, secret, doubt, outcome, said] of served) {
  test(`the leaf ${leaf}, where the Secret has ${secret}, is ${outcome} ${doubt ?? ''}`, t => {
    const found = judgeTLS(done(leaf, doubt), standard(secret));
    t.is(found.outcome, outcome);
    t.is(found.ok, outcome === 'Verified');
    t.regex(found.message, said);
    t.is(found.expected, sha256Hex(leaves[secret]));
    t.is(found.served?.sha256, leaf === 'broken' ? undefined : sha256Hex(leaves[leaf]));
    t.is(found.missing !== undefined, outcome === 'SANsMismatch');
  });
}

const refused: Handshake = { kind: 'refused' };
const failed: Handshake = { kind: 'failed', code: 'ERR_SSL_WRONG_VERSION_NUMBER' };

test('under TLS nobody, and somebody without TLS, are no good', t => {
  t.like(judgeTLS(refused, standard('good')), { ok: false, outcome: 'NotListening' });
  const found = judgeTLS(failed, standard('good'));
  t.like(found, { ok: false, outcome: 'NoHandshake' });
  t.regex(found.message, /\(ERR_SSL_WRONG_VERSION_NUMBER\)/);
});

test('without TLS nobody is good, and whoever takes the connection is not', t => {
  t.like(judgePlain(refused, 'arctic/n0-0'), { ok: true, outcome: 'NotListening' });
  for (const handshake of [failed, done('good'), done('older', 'CERT_HAS_EXPIRED'), done('broken')]) {
    t.like(judgePlain(handshake, 'arctic/n0-0'), { ok: false, outcome: 'Listening' });
  }
});
