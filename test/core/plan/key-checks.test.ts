import test from 'ava';
import fc from 'fast-check';
import type { Secret } from '../../../core/kubernetes.ts';
import type { Check } from '../../../core/plan/check.ts';
import { keyringCheck, type Named, nodeKeyCheck, signingKeyCheck } from '../../../core/plan/key-checks.ts';

const deletionTimestamp = '2026-05-01T11:00:00Z';
const half = { type: 'tendermint/PrivKeyEd25519', value: 'c2VjcmV0' };
const signingKey = { address: 'ADD0', pub_key: half, priv_key: half };

function secretOf(entries: Record<string, string>, metadata: object = {}): Secret {
  const data = Object.entries(entries).map(([entry, text]) => [entry, Buffer.from(text).toString('base64')]);
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'k', namespace: 'arctic', ...metadata },
    data: Object.fromEntries(data),
  };
}
const named = (secret: Secret | undefined): Named => ({ name: 'k', secret });

const signing = test.macro((t, secret: Secret | undefined, kind: Check['kind'], says?: RegExp) => {
  const check = signingKeyCheck(named(secret));
  t.is(check.kind, kind);
  t.regex(check.message, says ?? /^/);
});
const file = (key: unknown) =>
  secretOf({ 'priv_validator_key.json': typeof key === 'string' ? key : JSON.stringify(key) });
const { address: _, ...noAddress } = signingKey;

test('a consensus key', signing, file(signingKey), 'ready');
test('no Secret', signing, undefined, 'notReady', /Secret k does not exist/);
test('one on its way out', signing, secretOf({}, { deletionTimestamp }), 'notReady', /being deleted/);
test(
  'another entry',
  signing,
  secretOf({ 'node_key.json': '{}' }),
  'invalid',
  /no entry priv_validator_key\.json/,
);
test('an empty one', signing, file(''), 'invalid', /or an empty one/);
test('no JSON', signing, file('{"address":'), 'invalid', /no JSON object/);
test('a list', signing, file([]), 'invalid', /no JSON object/);
test('no address', signing, file(noAddress), 'invalid', /lacks address$/);
test('an address that is no text', signing, file({ ...signingKey, address: 1 }), 'invalid', /lacks address$/);
test(
  'keys without value',
  signing,
  file({ address: 'A', pub_key: { type: 't' }, priv_key: { ...half, value: '' } }),
  'invalid',
  /lacks pub_key, priv_key$/,
);

test('a node key has its private half alone', t => {
  t.is(nodeKeyCheck(named(secretOf({ 'node_key.json': JSON.stringify({ priv_key: half }) }))).kind, 'ready');
  t.is(nodeKeyCheck(named(secretOf({ 'node_key.json': '{}' }))).kind, 'invalid');
  t.is(nodeKeyCheck(named(secretOf({ 'node_key.json': 'null' }))).kind, 'invalid');
});

const entries = { 'node_admin.info': 'x', 'ab12.address': 'x' };
const spec = {
  secretName: 'k',
  keyName: 'node_admin',
  passphraseSecretRef: { secretName: 'p', key: 'word' },
};
const keyring = test.macro(
  (t, ring: Secret | undefined, word: Secret | undefined, kind: Check['kind'], says?: RegExp) => {
    const check = keyringCheck(spec, named(ring), { name: 'p', secret: word });
    t.is(check.kind, kind);
    t.regex(check.message, says ?? /^/);
  },
);
const word = secretOf({ word: 'open' });
test('keyring: complete', keyring, secretOf(entries), word, 'ready');
test('keyring: none', keyring, undefined, word, 'notReady', /Secret k does not exist/);
test('keyring: no passphrase', keyring, secretOf(entries), undefined, 'notReady', /Secret p does not exist/);
test(
  'keyring: the passphrase goes',
  keyring,
  secretOf(entries),
  secretOf({ word: 'open' }, { deletionTimestamp }),
  'notReady',
  /Secret p is being deleted/,
);
test(
  'keyring: an empty passphrase',
  keyring,
  secretOf(entries),
  secretOf({ word: '' }),
  'invalid',
  /Secret p has no entry word/,
);
test('keyring: no key', keyring, secretOf({ 'ab12.address': 'x' }), word, 'invalid', /no entry \*\.info/);
test(
  'keyring: no index',
  keyring,
  secretOf({ 'node_admin.info': 'x' }),
  word,
  'invalid',
  /no entry \*\.address/,
);
test(
  'keyring: an empty key',
  keyring,
  secretOf({ ...entries, 'b.info': '' }),
  word,
  'invalid',
  /an empty entry \*\.info/,
);
test(
  'keyring: another key than asked',
  keyring,
  secretOf({ 'b.info': 'x', 'ab12.address': 'x' }),
  word,
  'invalid',
  /no entry node_admin\.info/,
);

const marked = 'Hunter2';
const anyText = fc.oneof(
  fc.constantFrom(`{"${marked}`, `"${marked}"`, JSON.stringify({ ...signingKey, address: marked })),
  fc.json().map(text => text.replace(/"/, `"${marked}`)),
);
test('no message holds anything of a Secret', t => {
  fc.assert(
    fc.property(
      anyText,
      fc.subarray([
        'priv_validator_key.json',
        'node_key.json',
        'node_admin.info',
        `${marked}.info`,
        `${marked}.address`,
        'word',
      ]),
      (text, names) => {
        const secret = named(secretOf(Object.fromEntries(names.map(name => [name, text]))));
        const checks = [signingKeyCheck(secret), nodeKeyCheck(secret), keyringCheck(spec, secret, secret)];
        return checks.every(({ message }) => !message.includes(marked));
      },
    ),
    { seed: 17, numRuns: 1_000 },
  );
  t.pass();
});
