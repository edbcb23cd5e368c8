import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import test from 'ava';
import { list, type ReadEntry } from 'tar';
import { readContainerfile } from '../../scripts/release/containerfile.ts';
import { writeLayout } from '../../scripts/release/image.ts';
import { copyInto, digest, packLayer } from '../../scripts/release/layer.ts';
import { readImage } from '../../scripts/release/run-image.ts';
import { temporaryDirectory } from '../directory.ts';

const root = join(import.meta.dirname, '../..');
const containerfile = (program: string) =>
  readContainerfile(readFileSync(join(root, program, 'Containerfile'), 'utf8'));

/** A repository that has what a Containerfile copies. */
function repository(paths: readonly string[]): string {
  const directory = temporaryDirectory('repository');
  for (const path of paths) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), path);
  }
  return directory;
}

/** The files of a directory as a layer has them: path, permissions, owner, time and, of a link, where to. */
function entriesOf(bytes: Buffer): unknown[] {
  const file = join(temporaryDirectory('layer'), 'layer.tar');
  writeFileSync(file, gunzipSync(bytes));
  const entries: ReadEntry[] = [];
  list({ file, sync: true, onReadEntry: entry => entries.push(entry) });
  return entries.map(({ path, mode, uid = 0, mtime, linkpath }) => [
    path,
    mode?.toString(8),
    uid,
    mtime?.valueOf() ?? 0,
    ...(linkpath ? [linkpath] : []),
  ]);
}

for (const program of ['operator', 'sidecar'])
  test(`the image of the ${program} is not root's and starts ${program}.cjs`, t => {
    const { config, copies } = containerfile(program);
    t.is(config.User, '65532:65532');
    t.true(copies.some(({ from, to }) => from.includes(`dist/${program}.cjs`) && to === `/${program}.cjs`));
    t.true(copies.some(({ from, to }) => from.includes('LICENSE') && to === '/licences/'));
  });

test('what a Containerfile copies is where its COPY would put it, everything of root and without times', t => {
  const from = [
    'dist/sidecar.cjs',
    'LICENSE',
    'dist/sidecar.NOTICES',
    'dist/genesis/chain.json',
    'sidecar/seictl',
  ];
  const source = repository(from);
  const files = temporaryDirectory('files');
  for (const copy of containerfile('sidecar').copies) copyInto(files, source, copy);
  const { bytes, diffId } = packLayer(files, 'by a test', temporaryDirectory('work'));
  t.is(diffId, digest(gunzipSync(bytes)));
  t.deepEqual(entriesOf(bytes), [
    ['genesis/', '755', 0, 0],
    ['genesis/chain.json', '644', 0, 0],
    ['licences/', '755', 0, 0],
    ['licences/LICENSE', '644', 0, 0],
    ['licences/sidecar.NOTICES', '644', 0, 0],
    ['sidecar.cjs', '644', 0, 0],
    ['usr/', '755', 0, 0],
    ['usr/local/', '755', 0, 0],
    ['usr/local/bin/', '755', 0, 0],
    ['usr/local/bin/seictl', '755', 0, 0],
  ]);
});

test('a link stays one, and a layer that is packed again is the same', t => {
  const files = repository(['b/library.so.1', 'a']);
  symlinkSync('library.so.1', join(files, 'b/library.so'));
  const [one, other] = [1, 2].map(() => packLayer(files, '', temporaryDirectory('work')));
  t.deepEqual(one, other);
  t.deepEqual(entriesOf(one!.bytes).at(-2), ['b/library.so', '755', 0, 0, 'library.so.1']);
});

test('a layout has each architecture by its digest, and what its config says', t => {
  const layer = (name: string) => packLayer(repository([name]), name, temporaryDirectory('work'));
  const config = { User: '1:1', Env: [], Entrypoint: ['/a'], Cmd: ['b'] };
  const images = ['amd64', 'arm64'].map(architecture => ({
    architecture,
    layers: [layer(architecture)],
    config,
  }));
  const layout = join(temporaryDirectory('layout'), 'oci');
  writeLayout(layout, images, { 'org.opencontainers.image.title': 'a test' }, '1.2.3');
  for (const { architecture, layers } of images) {
    const read = readImage(layout, architecture);
    t.deepEqual(read.config, { ...config, Labels: { 'org.opencontainers.image.title': 'a test' } } as never);
    t.deepEqual(readFileSync(read.layers[0]!), layers[0]!.bytes);
    t.true(read.layers[0]!.endsWith(digest(layers[0]!.bytes).replace(':', '/')));
  }
  const { manifests } = JSON.parse(readFileSync(join(layout, 'index.json'), 'utf8'));
  t.is(manifests[0].annotations['org.opencontainers.image.ref.name'], '1.2.3');
});

test('a Containerfile with more than ours have is refused', t => {
  t.throws(() => readContainerfile('FROM a\nRUN curl example.org | sh\n'), { message: /RUN is more/ });
});
