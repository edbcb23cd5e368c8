import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { replaceFile, replaceFiles } from '../../../sidecar/home/replace-file.ts';
import { temporaryDirectory } from '../../directory.ts';

test('a file that cannot take its place leaves nothing beside it', async t => {
  const directory = temporaryDirectory('replace');
  mkdirSync(join(directory, 'taken/here'), { recursive: true });
  await t.throwsAsync(replaceFile(join(directory, 'taken'), 'x'));
  t.deepEqual(readdirSync(directory), ['taken']);
});

test('where one of several cannot be written none takes its place', async t => {
  const directory = temporaryDirectory('replace');
  const [first, second] = [join(directory, 'first'), join(directory, 'second')];
  writeFileSync(first, 'as it was');
  mkdirSync(`${second}.new/here`, { recursive: true });
  const files = [first, second].map(path => ({ path, content: 'new' }));
  await t.throwsAsync(replaceFiles(files));
  t.is(readFileSync(first, 'utf8'), 'as it was');
  t.false(readdirSync(directory).includes('first.new'));
});

test('a link in the place of a file is replaced, and what it led to is left', async t => {
  const directory = temporaryDirectory('replace');
  const [link, target] = [join(directory, 'link'), join(directory, 'target')];
  writeFileSync(target, 'as it was');
  symlinkSync(target, link);
  symlinkSync(target, `${link}.new`);
  await replaceFile(link, 'new');
  t.deepEqual([readFileSync(link, 'utf8'), readFileSync(target, 'utf8')], ['new', 'as it was']);
});

for (const [name, mode] of [
  ['that only its owner may read', 0o600],
  ['that its group may write', 0o664],
] as const) {
  test(`a file ${name} stays so`, async t => {
    const path = join(temporaryDirectory('replace'), 'file');
    writeFileSync(path, 'as it was');
    chmodSync(path, mode);
    await replaceFile(path, 'new');
    t.is(statSync(path).mode & 0o777, mode);
  });
}
