import { X509Certificate } from 'node:crypto';
import test from 'ava';
import { validity } from '../../../core/webhook/certificate.ts';
import { bundleOf, sinceAnnotation, withBundle } from '../../../operator/webhook/configuration.ts';
import { generate } from '../../../operator/webhook/generate.ts';
import { dataOf, pairOf } from '../../../operator/webhook/secret.ts';
import { manifest } from '../manifests.ts';

const now = Date.UTC(2026, 10, 21);
const name = 'sei-k8s-controller-webhook.system.svc';
const [made, other] = [generate('system', now), generate('system', now)];
const secret = (data: object) => ({ data: { ...data } }) as never;

test('what is made is served, for 90 days, and names the Service', async t => {
  const data = dataOf(await made);
  const read = pairOf(secret(data), name, true);
  t.like(read, { ok: true, value: { authority: (await made).authority, notAfter: now + validity } });
  const leaf = new X509Certificate((await made).certificate);
  t.is(leaf.subjectAltName, `DNS:${name}, DNS:${name}.cluster.local`);
  t.false(leaf.ca);
  t.false(Object.keys(data).some(each => /ca.*key/.test(each)));
});

for (const [what, change, error] of [
  ['nothing', () => ({ 'tls.crt': '', 'tls.key': '' }), 'it lacks tls.crt or tls.key'],
  [
    'another key',
    async () => ({ 'tls.key': dataOf(await other)['tls.key'] }),
    'tls.key is not the key of tls.crt',
  ],
  ['another CA', async () => ({ 'ca.crt': dataOf(await other)['ca.crt'] }), 'ca.crt did not sign tls.crt'],
  ['no CA', () => ({ 'ca.crt': '' }), 'ca.crt did not sign tls.crt'],
  ['what is no PEM', () => ({ 'tls.crt': 'c2VjcmV0' }), 'tls.crt, tls.key or ca.crt cannot be read'],
] as const) {
  test(`a Secret with ${what} is not served, and its content not told`, async t => {
    const data = { ...dataOf(await made), ...(await change()) };
    t.deepEqual(pairOf(secret(data), name, true), { ok: false, error });
  });
}

test('one that does not name the Service is not served; one of others may lack its CA', async t => {
  const data = dataOf(await made);
  t.deepEqual(pairOf(secret(data), 'x.svc', true), { ok: false, error: 'tls.crt does not name x.svc' });
  t.true(pairOf(secret({ ...data, 'ca.crt': '' }), name, false).ok);
});

test('a caBundle is written into each webhook, and read again', async t => {
  const shipped = manifest('ValidatingWebhookConfiguration');
  t.deepEqual(bundleOf(shipped)?.authorities, [[], [], [], [], [], []]);
  const both = [(await made).authority, (await other).authority];
  const written = withBundle(shipped, both, new Date(now).toISOString());
  t.deepEqual(bundleOf(written), { authorities: shipped.webhooks.map(() => both), since: now });
  t.like(written, {
    metadata: {
      labels: shipped.metadata.labels,
      annotations: { [sinceAnnotation]: '2026-11-21T00:00:00.000Z' },
    },
  });
  t.is(bundleOf({ webhooks: [] }), undefined);
  t.is(bundleOf(undefined), undefined);
});
