import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import test from 'ava';
import { embedGenesis, genesisModule } from '../../../scripts/genesis.ts';
import { knownDigests } from '../../../sidecar/genesis/check.ts';
import { temporaryDirectory } from '../../directory.ts';

const path = process.env.PATH ?? '';
const genesis = '{"chain_id":"sei-test-1"}';
const digests = { 'sei-test-1': createHash('sha256').update(genesis).digest('hex') };

test.afterEach(() => {
  process.env.PATH = path;
});

/** A go of the test's own that answers so, and keeps what it was asked. */
function goThat(answer: object, status: number): string {
  const directory = temporaryDirectory('go');
  writeFileSync(join(directory, 'answer'), JSON.stringify(answer, null, '\t'));
  const script = `#!/bin/sh\n[ "$1" = version ] && exit 0\necho "$@" > ${directory}/asked\ncat ${directory}/answer\nexit ${status}\n`;
  writeFileSync(join(directory, 'go'), script);
  chmodSync(join(directory, 'go'), 0o755);
  process.env.PATH = directory + delimiter + path;
  return directory;
}

function moduleWith(content: string): string {
  const module = temporaryDirectory('module');
  mkdirSync(join(module, 'chains/sei-test-1'), { recursive: true });
  writeFileSync(join(module, 'chains/sei-test-1/genesis.json'), content);
  return module;
}

test.serial('the genesis of the module goes beside the script, by its chain', t => {
  const go = goThat({ Dir: moduleWith(genesis) }, 0);
  const directory = join(temporaryDirectory('dist'), 'genesis');
  t.is(embedGenesis(directory, digests), 'embedded the genesis of sei-test-1');
  t.deepEqual(readdirSync(directory), ['sei-test-1.json']);
  t.is(readFileSync(join(directory, 'sei-test-1.json'), 'utf8'), genesis);
  t.is(readFileSync(join(go, 'asked'), 'utf8'), `mod download -json ${genesisModule}\n`);
});

for (const [what, answer, status, why] of [
  [
    'another content',
    { Dir: moduleWith(`${genesis}\n`) },
    0,
    /: that of sei-test-1 has the SHA-256 [0-9a-f]{64}; that of/,
  ],
  ['no such file', { Dir: temporaryDirectory('module') }, 0, /ENOENT/],
  [
    'no such module',
    { Error: 'reading https://x: 403 Forbidden\n\tserver response: "none"' },
    1,
    /: reading https:\/\/x: 403 Forbidden server response: "none"$/,
  ],
] as const) {
  test.serial(`with ${what} none is embedded, and one line says so`, t => {
    goThat(answer, status);
    const directory = join(temporaryDirectory('dist'), 'genesis');
    const line = embedGenesis(directory, digests);
    t.regex(line, /^no genesis is embedded, the bucket must have it: .*$/);
    t.regex(line, why);
    t.deepEqual(readdirSync(directory), []);
  });
}

test.serial('without Go none is embedded, and what a former build left goes', t => {
  process.env.PATH = temporaryDirectory('nothing');
  const directory = temporaryDirectory('dist');
  writeFileSync(join(directory, 'arctic-1.json'), 'old');
  t.is(embedGenesis(directory), 'no genesis is embedded, the bucket must have it: there is no go on PATH');
  t.deepEqual(readdirSync(directory), []);
});

test('the digests are of chains that everyone knows', t => {
  t.deepEqual(Object.keys(knownDigests).toSorted(), ['arctic-1', 'atlantic-2', 'pacific-1']);
  for (const digest of Object.values(knownDigests)) t.regex(digest, /^[0-9a-f]{64}$/);
});
