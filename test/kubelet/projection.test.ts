import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { temporaryDirectory } from '../directory.ts';
import { writeProjection } from './projection.ts';

const files = (content: object, mode = 0o400) =>
  new Map(
    Object.entries(content).map(([name, text]) => [name, { content: Buffer.from(`${text}`), mode }] as const),
  );

test('files are seen through one link, with their modes, and change together', t => {
  const directory = temporaryDirectory('projection');
  const read = (name: string) => readFileSync(join(directory, name), 'utf8');
  writeProjection(directory, files({ 'tls.crt': 'a', 'tls.key': 'b', gone: 'c' }));
  t.is(read('tls.crt'), 'a');
  t.is(statSync(join(directory, 'tls.key')).mode & 0o777, 0o400);
  t.is(readlinkSync(join(directory, 'tls.crt')), '..data/tls.crt');
  const former = readlinkSync(join(directory, '..data'));
  writeProjection(directory, files({ 'tls.crt': 'A', 'tls.key': 'B', new: 'D' }));
  t.is(read('tls.crt') + read('tls.key') + read('new'), 'ABD');
  t.not(readlinkSync(join(directory, '..data')), former);
  // Of the former nothing is left.
  t.deepEqual(readdirSync(directory).length, ['..data', '..version', 'new', 'tls.crt', 'tls.key'].length);
});
