import { execFileSync } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import test from 'ava';

const root = join(import.meta.dirname, '../..');

/** Where keys are that were made for a test or an example, and are used nowhere else. */
const made: readonly string[] = [
  'examples/fleet/',
  'policies/gatekeeper/secrets/samples/',
  'policies/seinode/fixtures_test.rego',
  'test/core/x509/fixtures.ts',
];

const shapes = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----(?:\\n|[\s"'|+`>,;])+[A-Za-z0-9+/=]{32}/,
  /\bAKIA[0-9A-Z]{16}\b(?<!EXAMPLE)/,
  /\bgh[pousr]_[A-Za-z0-9]{36}/,
  /\beyJ[A-Za-z0-9_-]{20,}\.eyJ[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{20,}/,
  /"(?:priv_key|priv_validator_key)": *\{[^}]*"value": *"[A-Za-z0-9+/]{43}/,
  /"mnemonic": *"(?:[a-z]+ ){11,}/,
];

/** A text, and what its base64 holds, such as the data of Secrets. */
function layers(text: string): string[] {
  const encoded = [...text.matchAll(/[A-Za-z0-9+/]{120,}={0,2}/g)].map(([run]) =>
    Buffer.from(run, 'base64').toString('latin1'),
  );
  return [text, ...encoded];
}

/** A key in DER without a word beside it, in base64. */
function isBareKey(text: string): boolean {
  return [...text.matchAll(/\bM[CHI][A-Za-z0-9+/]{60,}={0,2}/g)].some(([run]) =>
    (['pkcs8', 'pkcs1', 'sec1'] as const).some(type => {
      try {
        createPrivateKey({ key: Buffer.from(run, 'base64'), format: 'der', type });
        return true;
      } catch {
        return false;
      }
    }),
  );
}

test('no committed file holds a key, but those that were made for a test or an example', t => {
  const files = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' })
    .split('\0')
    // A link holds no more than a path; what is there is committed itself.
    .filter(file => file !== '' && !lstatSync(join(root, file)).isSymbolicLink());
  const holding = files.filter(file => {
    const bytes = readFileSync(join(root, file));
    const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('latin1');
    return layers(text).some(layer => isBareKey(layer) || shapes.some(shape => shape.test(layer)));
  });
  t.true(files.length > 500);
  t.deepEqual(
    holding.filter(file => !made.some(place => file.startsWith(place))),
    [],
  );
  t.deepEqual(
    made.filter(place => !holding.some(file => file.startsWith(place))),
    [],
    'nothing is allowed that is not there',
  );
});
