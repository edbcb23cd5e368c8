import { createPrivateKey, createPublicKey } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { directory } from '../source/manifests.ts';
import { invoke } from '../terminal.ts';
import { arctic, namesOfN0, openssl, tlsSecret, withOpenSSL } from './request.ts';

/** A request for `n0` and its key, in files of a directory that is gone after the test. */
async function requested(t: ExecutionContext, node = arctic('n0', 'n0-tls')) {
  const dir = directory(t);
  const file = (name: string) => join(dir, name);
  const command = ['tls', 'request', 'n0', '--format', 'csr', '--key-out', file('key'), '-f', '-'];
  const { code, out, err } = await invoke(command, node);
  t.is(code, 0, err);
  t.is(err, '');
  writeFileSync(file('csr'), out);
  return { file, csr: out, key: readFileSync(file('key'), 'utf8') };
}

test('a request is PEM on stdout, its key PKCS#8 in a file that only its owner can read', async t => {
  const { csr, key, file } = await requested(t);
  t.regex(
    csr,
    /^-----BEGIN CERTIFICATE REQUEST-----\n([\w+/=]{1,64}\n)+-----END CERTIFICATE REQUEST-----\n$/,
  );
  t.regex(key, /^-----BEGIN PRIVATE KEY-----\n/);
  t.is(statSync(file('key')).mode & 0o777, 0o600);
  const { asymmetricKeyType, asymmetricKeyDetails } = createPrivateKey(key);
  t.is(asymmetricKeyType, 'rsa');
  t.is(asymmetricKeyDetails?.modulusLength, 3072);
});

test('a request needs no Secret: a node whose TLS is off gets one too', async t => {
  t.regex((await requested(t, arctic('n0'))).csr, /^-----BEGIN CERTIFICATE REQUEST-----/);
});

withOpenSSL('openssl verifies the request and reads the names in it and nothing else', async t => {
  const { file, key } = await requested(t);
  const text = openssl(`req -verify -noout -text -in ${file('csr')}`);
  t.regex(text, /self-signature verify OK\n$/);
  t.regex(text, /^ +Subject: *$/m);
  t.regex(text, /Signature Algorithm: sha256WithRSAEncryption/);
  const names = namesOfN0.map(name => `DNS:${name}`).join(', ');
  t.regex(text, new RegExp(`Subject Alternative Name: critical\n +${names}\n`));
  t.is(text.match(/X509v3/g)?.length, 1);
  const publicKey = openssl(`req -noout -pubkey -in ${file('csr')}`);
  t.true(createPublicKey(publicKey).equals(createPublicKey(key)));
});

withOpenSSL('once a CA has signed it as it is, tls check finds it Ready', async t => {
  const { file, key } = await requested(t);
  const ca = 'req -x509 -newkey rsa:2048 -nodes -subj /CN=ca -days 2 -addext keyUsage=critical,keyCertSign';
  openssl(`${ca} -keyout ${file('ca.key')} -out ${file('ca.crt')}`);
  const sign = `x509 -req -in ${file('csr')} -CA ${file('ca.crt')} -CAkey ${file('ca.key')} -days 2`;
  openssl(`${sign} -copy_extensions copyall -out ${file('crt')}`);
  t.regex(openssl(`verify -x509_strict -CAfile ${file('ca.crt')} ${file('crt')}`), /: OK\n$/);
  const soon = new Date(Date.now() + 3600_000).toISOString();
  const fleet = `${arctic('n0', 'n0-tls')}---\n${tlsSecret('n0-tls', readFileSync(file('crt'), 'utf8'), key)}`;
  const { code, out } = await invoke(['tls', 'check', '-f', '-', '-o', 'json', '--now', soon], fleet);
  const [item] = JSON.parse(out).items;
  t.like(item, { ready: true, reason: 'Ready' });
  t.deepEqual(item.certificate.dnsNames, namesOfN0);
  t.is(code, 0);
});
