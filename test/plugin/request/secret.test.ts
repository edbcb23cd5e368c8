import { createPublicKey, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { connect, createServer } from 'node:tls';
import test from 'ava';
import { parse } from 'yaml';
import { whyNoGo } from '../../go-program.ts';
import { startOracle } from '../../oracle/oracle.ts';
import { requires } from '../../requires.ts';
import { directory } from '../source/manifests.ts';
import { invoke, now } from '../terminal.ts';
import { arctic, namesOfN0, openssl, pemOf, withOpenSSL } from './request.ts';

const fleet = arctic('n0', 'n0-tls');
const request = 'tls request n0 --format secret -f -';

async function made(flags = '') {
  const { code, out, err } = await invoke(`${request} -o json ${flags}`, fleet);
  if (code !== 0) throw new Error(err);
  return pemOf(JSON.parse(out));
}

test('a development Secret says what it is, names the node and is YAML to apply', async t => {
  const { code, out, err } = await invoke(request, fleet);
  t.is(code, 0, err);
  t.is(err, '');
  t.like(parse(out), {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'kubernetes.io/tls',
    metadata: { name: 'n0-tls', namespace: 'arctic' },
  });
  t.regex(parse(out).metadata.annotations['seinode.sei.io/self-signed'], /^Self-signed for development/);
  t.deepEqual(Object.keys(parse(out).data), ['tls.crt', 'tls.key']);
});

for (const format of ['yaml', 'json']) {
  test(`beside the node's manifest, tls check finds the Secret in ${format} Ready and exits 0`, async t => {
    const { out: secret } = await invoke(`${request} -o ${format}`, fleet);
    const { code, out } = await invoke('tls check -f - -o json', `${fleet}---\n${secret}`);
    const [item] = JSON.parse(out).items;
    t.like(item, { ready: true, reason: 'Ready', secretName: 'n0-tls' });
    t.deepEqual(item.certificate.dnsNames, namesOfN0);
    t.notRegex(item.certificate.subject, /CN=/);
    t.is(code, 0);
  });
}

test('a certificate is good from five minutes before the moment of --now, for 90 days', async t => {
  const { validFromDate, validToDate } = new X509Certificate((await made()).certificate);
  t.is(validFromDate.valueOf(), Date.parse(now) - 5 * 60_000);
  t.is(validToDate.valueOf(), Date.parse(now) + 90 * 24 * 3600_000);
});

for (const moment of ['1950-01-01T00:05:00Z', '2049-12-31T00:00:00Z', '2261-06-01T00:00:00Z']) {
  test(`made at ${moment}, a Secret is Ready then`, async t => {
    const { out } = await invoke(`${request} --now ${moment}`, fleet);
    t.is((await invoke(`tls check -f - --now ${moment}`, `${fleet}---\n${out}`)).code, 0);
  });
}

test('the last moment at which one can be made is 90 days before the year 10000', async t => {
  const { certificate } = await made('--now 9999-10-02T23:59:59Z');
  t.is(new X509Certificate(certificate).validTo, 'Dec 31 23:59:59 9999 GMT');
});

for (const moment of ['1950-01-01T00:04:59Z', '9999-10-03T00:00:00Z', '0000-01-01T00:00:00Z']) {
  test(`at ${moment} there is no validity that X.509 can tell: wrong usage`, async t => {
    const { code, out, err } = await invoke(`${request} --now ${moment}`, fleet);
    t.is(code, 2);
    t.is(out, '');
    t.regex(err, /a certificate cannot begin before 1950 or end after 9999/);
  });
}

test('each has a key and a serial number of its own, positive and of 16 octets', async t => {
  const [one, other] = [await made(), await made()];
  t.not(one.key, other.key);
  const serials = [one, other].map(({ certificate }) => new X509Certificate(certificate).serialNumber);
  t.not(serials[0], serials[1]);
  for (const serial of serials) t.regex(serial, /^[4-7][0-9A-F]{31}$/);
});

withOpenSSL('openssl reads a leaf for servers with both names, and trusts it as its own anchor', async t => {
  const dir = directory(t, { crt: (await made()).certificate });
  const text = openssl(`x509 -noout -text -in ${join(dir, 'crt')}`);
  t.regex(text, /Subject: O ?= ?Self-signed for development\n/);
  t.regex(text, /Signature Algorithm: sha256WithRSAEncryption/);
  t.regex(text, /Basic Constraints: critical\n +CA:FALSE\n/);
  t.regex(text, /Key Usage: critical\n +Digital Signature\n/);
  t.regex(text, /Extended Key Usage: \n +TLS Web Server Authentication\n/);
  const names = namesOfN0.map(name => `DNS:${name}`).join(', ');
  t.regex(text, new RegExp(`Subject Alternative Name: \n +${names}\n`));
  const at = Date.parse(now) / 1000;
  for (const name of namesOfN0) {
    const verify = `verify -x509_strict -attime ${at} -purpose sslserver -verify_hostname ${name}`;
    t.regex(openssl(`${verify} -CAfile ${join(dir, 'crt')} ${join(dir, 'crt')}`), /: OK\n$/);
  }
});

withOpenSSL('two of them are told apart where both are trusted, as in a rotation', async t => {
  const [former, next] = [(await made()).certificate, (await made()).certificate];
  const dir = directory(t, { former, next, both: former + next });
  for (const leaf of ['former', 'next']) {
    const verify = `verify -attime ${Date.parse(now) / 1000} -CAfile ${join(dir, 'both')}`;
    t.regex(openssl(`${verify} ${join(dir, leaf)}`), /: OK\n$/);
  }
});

test('a server that serves it is trusted under both names by who trusts the certificate', async t => {
  const { certificate, key } = await made(`--now ${new Date().toISOString()}`);
  const server = createServer({ cert: certificate, key }, socket => socket.end()).listen(0);
  t.teardown(() => server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  for (const servername of namesOfN0) {
    for (const allowPartialTrustChain of [false, true]) {
      const socket = connect({ port, servername, ca: certificate, allowPartialTrustChain });
      await once(socket, 'secureConnect');
      t.true(socket.authorized);
      socket.destroy();
    }
  }
});

const whyNot = whyNoGo();
const withGo = requires(`Go 1.26 (${whyNot})`, whyNot === undefined);

withGo('Go loads the pair as kube-rbac-proxy does', async t => {
  const { certificate, key } = await made();
  const oracle = startOracle();
  t.teardown(oracle.close);
  const [answer] = await oracle.ask([
    { kind: 'k', first: Buffer.from(certificate), second: Buffer.from(key) },
  ]);
  t.like(answer, { ok: true, error: undefined });
  t.like(answer?.certificates?.[0], {
    isCA: false,
    keyUsage: 1,
    extKeyUsages: 1,
    unhandledCriticalExtensions: [],
  });
  t.deepEqual(answer?.certificates?.[0]?.dNSNames, namesOfN0);
});

test('--key-out keeps a copy of the key, the one in the Secret', async t => {
  const file = join(directory(t), 'key');
  const { certificate, key } = await made(`--key-out ${file}`);
  t.is(readFileSync(file, 'utf8'), key);
  t.true(new X509Certificate(certificate).publicKey.equals(createPublicKey(key)));
});
