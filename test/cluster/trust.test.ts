import type { TLSSocket } from 'node:tls';
import test, { type ExecutionContext } from 'ava';
import forge from 'node-forge';
import { seiNodes } from '../../cluster/resource.ts';
import { createAuthority, generateKey, type KeyPair } from '../control-plane/certificates.ts';
import { invoke } from '../plugin/terminal.ts';
import { client, fakeServer, json, kubeconfig, nodeList, withoutNetwork } from './fakes.ts';

const list = { verb: 'list', resource: seiNodes } as const;
const authority = await createAuthority('authority');
const stranger = await createAuthority('stranger');
const serving = await authority.issue({ commonName: 'serving' }, ['localhost'], ['127.0.0.1']);
const caller = await authority.issue({ commonName: 'jane' });
const data = (text: string) => Buffer.from(text).toString('base64');
const ca = { 'certificate-authority-data': data(authority.certificate) };

const secret = 'eyJhbGciOi-top-secret';
const bearer = { token: secret };

/** No server that is not trusted may see a request, and no output a secret. */
const distrusts = test.macro({
  async exec(t, pair: KeyPair | undefined, cluster: object, message: RegExp) {
    const fake = await fakeServer(t, json(nodeList([])), pair);
    const config = kubeconfig(t, { server: fake.url.replace('http:', 'https:'), ...cluster }, bearer);
    const { code, out, err } = await invoke(`list -v 9 --kubeconfig ${config}`);
    t.is(code, 3);
    t.regex(err, /^error: the API server [^\n]+\n$/);
    t.regex(err, message);
    t.deepEqual(fake.seen, []);
    noSecret(t, out, err);
  },
  title: title => `${title} gets no request`,
});

function noSecret(t: ExecutionContext, ...texts: readonly string[]): void {
  for (const text of texts) {
    t.false(text.includes(secret));
    t.false(text.includes(data(secret)));
    t.notRegex(text, /PRIVATE KEY/);
  }
}

const other = await authority.issue({ commonName: 'serving' }, ['other.test'], ['127.0.0.2']);
const expired = await selfSigned(-2, -1);
const early = await selfSigned(1, 2);

test(
  'a server of another authority',
  distrusts,
  serving,
  { 'certificate-authority-data': data(stranger.certificate) },
  /is not trusted: its authority is not known .* set certificate-authority-data/,
);
test(
  'a server without an authority in the kubeconfig',
  distrusts,
  serving,
  {},
  /is not trusted: its authority is not known/,
);
test(
  'a server of another name',
  distrusts,
  other,
  ca,
  /is not trusted: its certificate is for another name \(ERR_TLS_CERT_ALTNAME_INVALID\); use a server address that it is for/,
);
test(
  'a server that is not what tls-server-name says',
  distrusts,
  serving,
  { ...ca, 'tls-server-name': 'other.test' },
  /is for another name/,
);
test(
  'a server whose certificate has expired',
  distrusts,
  expired,
  { 'certificate-authority-data': data(expired.certificate) },
  /its certificate has expired \(CERT_HAS_EXPIRED\); renew it/,
);
test(
  'a server whose certificate is of tomorrow',
  distrusts,
  early,
  { 'certificate-authority-data': data(early.certificate) },
  /is not valid yet/,
);
test(
  'a server of plain HTTP on an https address',
  distrusts,
  undefined,
  ca,
  /cannot be reached: it does not speak TLS/,
);

test('a server of TLS on an http address gets no credentials', async t => {
  const fake = await fakeServer(t, json(nodeList([])), serving);
  const { code, err } = await invoke(
    `list --kubeconfig ${kubeconfig(t, { server: fake.url.replace('https:', 'http:') }, bearer)}`,
  );
  t.is(code, 3);
  t.regex(err, /^error: [^\n]+ (it does not speak HTTP|the connection was reset)[^\n]+\n$/);
  t.deepEqual(fake.seen, []);
});

test('insecure-skip-tls-verify trusts anybody, as asked, and -v 9 shows no secret', async t => {
  const fake = await fakeServer(t, withoutNetwork(json(nodeList([]))), other);
  const config = kubeconfig(t, { server: fake.url, 'insecure-skip-tls-verify': true }, bearer);
  const { code, out, err } = await invoke(`list -v 9 --kubeconfig ${config}`);
  t.is(code, 0);
  t.regex(
    err,
    /^GET https:\/\/127\.0\.0\.1:\d+\/apis\/sei\.io\/v1alpha1\/namespaces\/default\/seinodes\?limit=500 200 in \d+ milliseconds$/m,
  );
  t.deepEqual(fake.seen[0]?.headers.authorization, [`Bearer ${secret}`]);
  noSecret(t, out, err);
});

test('a client certificate is shown to the server, and many requests share few connections', async t => {
  const peers = new Set<string>();
  const fake = await fakeServer(
    t,
    (request, response) => {
      const socket = request.socket as TLSSocket;
      peers.add(String(socket.getPeerCertificate().subject?.CN));
      json(nodeList([]))(request, response);
    },
    { ...serving, requestCert: true },
  );
  const user = { 'client-certificate-data': data(caller.certificate), 'client-key-data': data(caller.key) };
  const asked = client(t, kubeconfig(t, { server: fake.url, ...ca }, user));
  for (let count = 0; count < 5; count += 1)
    await Promise.all(Array.from({ length: 8 }, () => asked.get(list)));
  t.is(fake.seen.length, 40);
  t.true(fake.connections() <= 8, `${fake.connections()} connections`);
  t.deepEqual([...peers], ['jane']);
});

test('an address of IPv6 and a path before the API are kept', async t => {
  const asked = client(t, kubeconfig(t, { server: 'https://[fd00::1]:6443/k8s/clusters/c-1//' }));
  t.is(asked.server, 'https://[fd00::1]:6443/k8s/clusters/c-1');
});

const wrongServers = [
  '',
  'host:6443',
  'https://',
  'ftp://h',
  'https://h:99999',
  'https://user:hunter2@h',
  'ftp://user:hunter2@h',
  'h\u001b[2J',
];
for (const server of wrongServers) {
  test(`the server ${JSON.stringify(server)} is refused, and no password in it is repeated`, t => {
    const error = t.throws(() => client(t, kubeconfig(t, { server })), {
      message: /^cluster "c" of the kubeconfig .* needs a server of the form https:\/\/HOST:PORT/,
    });
    t.notRegex(error?.message ?? '', /hunter2/);
  });
}

/** A certificate of 127.0.0.1 that is its own authority, valid between two days from now. */
async function selfSigned(from: number, to: number): Promise<KeyPair> {
  const day = (count: number) => new Date(Date.now() + count * 86_400_000);
  const { privateKey, publicKey } = await generateKey();
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(publicKey);
  certificate.serialNumber = '01';
  certificate.validity.notBefore = day(from);
  certificate.validity.notAfter = day(to);
  certificate.setSubject([{ shortName: 'CN', value: 'dated' }]);
  certificate.setIssuer([{ shortName: 'CN', value: 'dated' }]);
  certificate.setExtensions([{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }]);
  certificate.sign(forge.pki.privateKeyFromPem(privateKey), forge.md.sha256.create());
  return { certificate: forge.pki.certificateToPem(certificate), key: privateKey };
}
