import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, delimiter, join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { findNodePrograms, findPrograms, type Programs } from './programs.ts';
import { programText, publishReleases } from './releases.ts';

// A machine without a Go that works.
const path = mkdtempSync(join(tmpdir(), 'no-go-'));
writeFileSync(join(path, 'go'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
process.env.PATH = `${path}${delimiter}${process.env.PATH}`;
test.after.always(() => rmSync(path, { recursive: true }));

const names = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kubectl'] as const;

test('programs are downloaded, verified, and taken from the cache from then on', async t => {
  const { find, said, asked } = await room(t);
  const found = (await find()) as Programs;
  for (const name of names) {
    t.is(readFileSync(found[name], 'utf8'), programText(name));
    t.is(execFileSync(found[name], { encoding: 'utf8' }), `${name}\n`);
  }
  t.is(asked.length, 8);
  t.is(said.filter(line => / downloaded in \d+\.\d s$/.test(line)).length, 4);
  t.deepEqual(await find(), found);
  t.is(asked.length, 8);
});

test('programs are taken from KUBEBUILDER_ASSETS first, and what it lacks from the next place', async t => {
  const { find, cache, asked, said } = await room(t);
  const assets = directory(t);
  writeFileSync(join(assets, 'kubectl'), programText('kubectl'), { mode: 0o755 });
  writeFileSync(join(assets, 'etcd'), 'not executable');
  const found = (await find(assets)) as Programs;
  t.is(found.kubectl, join(assets, 'kubectl'));
  t.true(found.etcd.startsWith(cache));
  t.is(said[0], `KUBEBUILDER_ASSETS=${assets} lacks etcd, kube-apiserver, kube-controller-manager`);
  t.false(asked.some(path => path.includes('kubectl')));
});

test('searches at the same time do not disturb each other', async t => {
  const { find, cache } = await room(t);
  const found = await Promise.all([find(), find(), find()]);
  t.deepEqual(found[1], found[0]);
  t.deepEqual(
    filesIn(cache),
    filesIn(cache).filter(file => /\/(etcd|kube[a-z-]+)$/.test(file)),
  );
  t.is(filesIn(cache).length, 4);
});

test('a download with another digest is not kept', async t => {
  const { find, cache, said } = await room(t, { 'kube-apiserver': '#!/bin/sh\necho evil\n' });
  t.is(await find(), undefined);
  t.regex(
    said.join('\n'),
    /^kube-apiserver \S+: not downloaded: the digest is not the one of http\S+\.sha256$/m,
  );
  t.is(filesIn(cache).length, 3);
});

test('a list of digests that lacks the file is no digest', async t => {
  const { find, said } = await room(t, { SHA256SUMS: `${'0'.repeat(64)}  a\n${'0'.repeat(64)}  b\n` });
  t.is(await find(), undefined);
  t.regex(said.join('\n'), /^etcd \S+: not downloaded: the digest is not the one of http\S+SHA256SUMS$/m);
});

test('what is not published for this machine is said, and the rest is downloaded', async t => {
  const { find, cache, said } = await room(t, { 'kube-apiserver': undefined });
  t.is(await find(), undefined);
  t.regex(said.join('\n'), /^kube-apiserver \S+: not downloaded: http\S+\/kube-apiserver answers 404$/m);
  t.is(said.at(-1), 'no control plane for tests: kube-apiserver not found');
  t.is(filesIn(cache).length, 3);
});

test('a machine without the network and without Go is told so once', async t => {
  const { find, said, close } = await room(t);
  close();
  t.is(await find(), undefined);
  t.is(said.length, 4);
  t.regex(said[0] as string, /^etcd \S+: downloading http/);
  t.regex(said[1] as string, /^etcd \S+: not downloaded: connect ECONNREFUSED/);
  t.is(said[2], 'no go on PATH to build the control plane with');
  t.is(said[3], `no control plane for tests: ${names.join(', ')} not found`);
});

test('of what nodes are made of, kube-scheduler is downloaded and kwok only built', async t => {
  const { hosts, cache, asked, said } = await room(t);
  t.is(await findNodePrograms({ assets: '', cache, hosts, say: line => said.push(line) }), undefined);
  t.is(said.at(-1), 'no control plane for tests: kwok not found');
  t.deepEqual(
    asked.filter(path => !path.includes('kube-scheduler')),
    [],
  );
  t.deepEqual(
    filesIn(cache).map(file => basename(file)),
    ['kube-scheduler'],
  );
});

/** A cache of its own, and releases of which some are answered otherwise. */
async function room(t: ExecutionContext, answers?: Readonly<Record<string, string | undefined>>) {
  const { hosts, asked, close } = await publishReleases(answers);
  t.teardown(close);
  const cache = directory(t);
  const said: string[] = [];
  const find = (assets = '') => findPrograms({ assets, cache, hosts, say: line => said.push(line) });
  return { find, hosts, cache, asked, said, close };
}

function directory(t: ExecutionContext): string {
  const path = mkdtempSync(join(tmpdir(), 'programs-'));
  t.teardown(() => rmSync(path, { recursive: true }));
  return path;
}

function filesIn(cache: string): string[] {
  return readdirSync(cache, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
}
