import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { getuid } from 'node:process';
import test from 'ava';
import { directory, names, nodeYAML, readPaths, readText } from './manifests.ts';

test('a directory is read recursively, and a file reached twice once', async t => {
  const dir = directory(t, { 'b.yaml': nodeYAML('b'), 'a.yml': nodeYAML('a'), 'c.txt': 'no' });
  mkdirSync(join(dir, 'sub'));
  writeFileSync(join(dir, 'sub', 'c.json'), '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"}}');
  symlinkSync(dir, join(dir, 'sub', 'loop'));
  const fleet = await readPaths(dir, join(dir, 'a.yml'));
  t.deepEqual(fleet.faults, []);
  t.deepEqual(names(fleet), ['a', 'b']);
  t.like(fleet.ignored[0], { apiVersion: 'v1', kind: 'ConfigMap', count: 1 });
});

test('files that cannot be read are one fault each', async t => {
  const dir = directory(t, { 'big.yaml': '' });
  truncateSync(join(dir, 'big.yaml'), 600 * 1024 * 1024);
  mkdirSync(join(dir, 'empty'));
  const fleet = await readPaths(join(dir, 'absent.yaml'), join(dir, 'empty'), join(dir, 'big.yaml'));
  t.deepEqual(
    fleet.faults.map(({ message }) => message),
    [
      'cannot be read: it does not exist',
      'the directory holds no manifest: *.yaml, *.yml or *.json is read',
      'is larger than 512 MiB: split it into several files',
    ],
  );
});

const isRoot = getuid?.() === 0;
const unlessRoot = isRoot ? test.skip : test;
unlessRoot(
  `a file without read permission is one fault${isRoot ? ' (root may read every file)' : ''}`,
  async t => {
    const dir = directory(t, { 'a.yaml': nodeYAML('a'), 'b.yaml': nodeYAML('b') });
    chmodSync(join(dir, 'a.yaml'), 0);
    const fleet = await readPaths(dir);
    t.deepEqual(fleet.faults, [{ file: join(dir, 'a.yaml'), message: 'cannot be read: permission denied' }]);
    t.deepEqual(names(fleet), ['b']);
  },
);

const onPOSIX = process.platform === 'win32' ? test.skip : test;
onPOSIX('a named pipe is read where -f names it, and left alone in a directory', async t => {
  const dir = directory(t);
  const pipe = join(dir, 'pipe.yaml');
  execFileSync('mkfifo', [pipe]);
  spawn('sh', ['-c', 'printf %s "$0" > "$1"', nodeYAML('a'), pipe]);
  t.deepEqual(names(await readPaths(pipe)), ['a']);
  t.deepEqual((await readPaths(dir)).faults, [{ file: pipe, message: 'is neither a file nor a directory' }]);
});

const bytes = (...units: number[]) => Uint8Array.from(units);
const undecodable = test.macro({
  async exec(t, input: Uint8Array, message: string) {
    t.deepEqual((await readText(input)).faults, [{ file: '-', message }]);
  },
  title: (title = '') => `${title} is one fault that says how to save it`,
});
test('UTF-16, little-endian,', undecodable, bytes(0xff, 0xfe, 97, 0), 'is UTF-16: save it as UTF-8');
test('UTF-16, big-endian,', undecodable, bytes(0xfe, 0xff, 0, 97), 'is UTF-16: save it as UTF-8');
test('a binary file', undecodable, bytes(97, 0, 98), 'is binary: a manifest is UTF-8 text, YAML or JSON');
test(
  'invalid UTF-8',
  undecodable,
  bytes(97, 10, 0xc3, 0x28),
  'is not valid UTF-8 (line 2): save it as UTF-8',
);
