import test from 'ava';
import { parse } from 'yaml';
import { requires } from '../../requires.ts';
import { invoke } from '../terminal.ts';
import { certificateSchema, faultsIn } from './cert-manager.ts';
import { arctic, namesOfN0 } from './request.ts';

const fleet = arctic('n0', 'n0-tls');
const request = 'tls request n0 --format certificate --issuer ClusterIssuer/ca -f -';
const certificate = {
  apiVersion: 'cert-manager.io/v1',
  kind: 'Certificate',
  metadata: { name: 'n0-tls', namespace: 'arctic' },
  spec: {
    secretName: 'n0-tls',
    dnsNames: namesOfN0,
    issuerRef: { name: 'ca', kind: 'ClusterIssuer', group: 'cert-manager.io' },
    privateKey: { algorithm: 'ECDSA', size: 256, rotationPolicy: 'Always' },
    usages: ['digital signature', 'server auth'],
  },
};

test('a Certificate names the Secret, the required names in their order and the issuer, and no CN', async t => {
  const { code, out, err } = await invoke(request, fleet);
  t.is(code, 0, err);
  t.is(err, '');
  t.deepEqual(parse(out), certificate);
  t.deepEqual(parse(out).spec.dnsNames, namesOfN0);
});

test('YAML and JSON say the same', async t => {
  const json = await invoke(`${request} -o json`, fleet);
  t.is(json.out, `${JSON.stringify(certificate, null, 4)}\n`);
  t.is((await invoke(`${request} -o yaml`, fleet)).out, (await invoke(request, fleet)).out);
});

test('--secret names the Secret and the Certificate, and does for a node whose TLS is off', async t => {
  const { code, out, err } = await invoke(`${request} --secret later -o json`, arctic('n0'));
  t.is(code, 0, err);
  t.is(err, '');
  const { metadata, spec } = JSON.parse(out);
  t.is(metadata.name, 'later');
  t.is(spec.secretName, 'later');
});

const issuers = [
  ['Issuer/ca', { name: 'ca', kind: 'Issuer', group: 'cert-manager.io' }],
  ['ClusterIssuer/my.ca', { name: 'my.ca', kind: 'ClusterIssuer', group: 'cert-manager.io' }],
  ['Issuer.cert-manager.io/ca', { name: 'ca', kind: 'Issuer', group: 'cert-manager.io' }],
  [
    'AWSPCAIssuer.awspca.cert-manager.io/ca',
    { name: 'ca', kind: 'AWSPCAIssuer', group: 'awspca.cert-manager.io' },
  ],
] as const;

for (const [issuer, reference] of issuers) {
  test(`--issuer ${issuer} is a reference to that issuer`, async t => {
    const { out } = await invoke(
      `tls request n0 --format certificate --issuer ${issuer} -f - -o json`,
      fleet,
    );
    t.deepEqual(JSON.parse(out).spec.issuerRef, reference);
  });
}

const schema = certificateSchema();
const withGo = requires('Go and its module proxy, for the CRD of cert-manager', schema !== undefined);

for (const [issuer] of issuers) {
  withGo(`cert-manager's CRD takes the Certificate for ${issuer}, and has every field of it`, async t => {
    const { out } = await invoke(
      `tls request n0 --format certificate --issuer ${issuer} -f - -o json`,
      fleet,
    );
    t.deepEqual(faultsIn(JSON.parse(out), schema), []);
  });
}

withGo('the same check refuses a field that the CRD does not have, and a value it does not allow', t => {
  const spec = { ...certificate.spec, privatekey: {}, privateKey: { algorithm: 'EC' } };
  const faults = faultsIn({ ...certificate, spec }, schema);
  t.is(faults.length, 2, faults.join('\n'));
});
