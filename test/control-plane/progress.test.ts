import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { PassThrough } from 'node:stream';
import test from 'ava';
import { temporaryDirectory } from '../directory.ts';
import { build } from './build.ts';
import { bar, drawing } from './progress.ts';

for (const [done, total, shown] of [
  [0, 10, '░░░░░░░░░░░░░░░░░░░░░░░░  0 of 10 MB'],
  [5, 10, '████████████░░░░░░░░░░░░  5 of 10 MB'],
  [1_204, 1_204, '████████████████████████  1,204 of 1,204 MB'],
  [11, 10, '████████████████████████  10 of 10 MB'],
  [0, 0, '░░░░░░░░░░░░░░░░░░░░░░░░  0 of 0 MB'],
] as const) {
  test(`${done} of ${total} is ${shown}`, t => {
    t.is(bar('etcd', done, total, 'MB'), `etcd  ${shown}`);
  });
}

test('a pipe shows nothing of what is under way', t => {
  const stream = new PassThrough();
  drawing(stream as unknown as NodeJS.WriteStream)('half of it');
  t.is(stream.read(), null);
});

// Stands in for Go: it lists four packages, compiles them, and makes a program, or says why it does not.
const path = temporaryDirectory('go');
writeFileSync(
  join(path, 'go'),
  `#!/bin/sh
case "$1" in
list) echo 'go: downloading example.com/m v1.0.0' >&2; printf 'a\\nb\\nc\\nd\\n' ;;
build)
  printf 'a\\nb\\nc\\nd\\n' >&2
  for last; do [ "$last" = no/such ] && { echo 'no such package' >&2; exit 1; }; [ "$before" = -o ] && echo made > "$last"; before=$last; done ;;
esac
`,
);
chmodSync(join(path, 'go'), 0o755);
process.env.PATH = `${path}${delimiter}${process.env.PATH}`;

/** A program to build, in a cache of its own. */
function missing(source: string) {
  const file = join(temporaryDirectory('cache'), 'etcd-v1.2.3', 'etcd');
  return { name: 'etcd', version: 'v1.2.3', source, directory: import.meta.dirname, file } as const;
}

test('a build tells what it downloads and how many packages are compiled, and leaves the program alone', async t => {
  const program = missing('example.com/m');
  const said: string[] = [];
  const drawn: string[] = [];
  const left = await build(
    [program],
    line => said.push(line),
    text => drawn.push(text),
  );
  t.deepEqual(left, []);
  t.regex(said.join('\n'), /^etcd v1\.2\.3: building .*\netcd v1\.2\.3: built in \d+ s$/);
  t.is(drawn[0], 'etcd v1.2.3: go: downloading example.com/m v1.0.0');
  t.true(drawn.includes(bar('etcd v1.2.3', 2, 4, 'packages')));
  t.is(drawn.at(-1), '');
  t.deepEqual(readdirSync(dirname(program.file)), ['etcd']);
});

test('a build that fails says what Go said last, and leaves nothing', async t => {
  const program = missing('no/such');
  mkdirSync(dirname(program.file));
  const said: string[] = [];
  t.deepEqual(
    await build(
      [program],
      line => said.push(line),
      () => {},
    ),
    [program],
  );
  t.is(said.at(-1), 'etcd v1.2.3: not built: no such package');
  t.false(existsSync(program.file));
  t.deepEqual(readdirSync(dirname(program.file)), []);
});
