import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { inject } from '../../scripts/executable.ts';
import { inspectExecutable } from '../../scripts/release/inspect.ts';
import { isSignedAsItIs } from '../../scripts/release/signature.ts';
import { temporaryDirectory } from '../directory.ts';
import { goSettings, whyNoGo } from '../go-program.ts';
import { requires } from '../requires.ts';

const root = join(import.meta.dirname, '../..');
const directory = temporaryDirectory('inspect');
const byGo = requires('Go 1.26', whyNoGo() === undefined);
const fuse = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2:0';

const platforms = [
  ['linux', 'arm64'],
  ['darwin', 'arm64'],
  ['darwin', 'amd64'],
  ['windows', 'amd64'],
] as const;

/** A program of Go for another system, with the place that Node marks: some seconds instead of a Node of 120 MB. */
function build(os: string, arch: string): string {
  const work = mkdtempSync(join(directory, `${os}-${arch}-`));
  const [file, source] = [join(work, 'program'), join(work, 'main.go')];
  writeFileSync(source, `package main\n\nfunc main() { println("${fuse}") }\n`);
  writeFileSync(join(work, 'go.mod'), 'module program\n');
  // Where postject puts a resource there must be some.
  if (os === 'windows') writeFileSync(join(work, 'resources_windows_amd64.syso'), noResources());
  const env = { ...goSettings(), GOOS: os, GOARCH: arch };
  execFileSync('go', ['build', '-trimpath', '-ldflags=-s -w', '-o', file, '.'], { env, cwd: work });
  return file;
}

/** An object file with an empty directory of resources and nothing else (Microsoft's PE format, COFF). */
function noResources(): Buffer {
  const [header, content] = [60, 16];
  const bytes = Buffer.alloc(header + content);
  bytes.writeUInt16LE(0x8664, 0);
  bytes.writeUInt16LE(1, 2);
  bytes.write('.rsrc', 20);
  bytes.writeUInt32LE(content, 36);
  bytes.writeUInt32LE(header, 40);
  bytes.writeUInt32LE(0x40000040, 56);
  return bytes;
}

for (const [os, arch] of platforms)
  byGo(`an executable for ${os} on ${arch} says so, and what was put into it is found again`, t => {
    const executable = build(os, arch);
    const before = readFileSync(executable);
    t.throws(() => inspectExecutable(before), { message: /lacks/ });
    const blob = join(directory, `${os}-${arch}.blob`);
    writeFileSync(blob, `what Node runs on ${os} and ${arch}`);
    inject(root, blob, executable);
    t.deepEqual(inspectExecutable(readFileSync(executable)), { os, arch, blob: readFileSync(blob) });
  });

byGo('a signature is of the bytes as they are: one that is changed later is told', t => {
  const executable = build('darwin', 'arm64');
  const bytes = readFileSync(executable);
  // Go signs for ARM Macs, ad hoc.
  t.true(isSignedAsItIs(bytes));
  t.false(isSignedAsItIs(Buffer.from(bytes.with(bytes.indexOf(fuse), 0x78))));
  t.false(isSignedAsItIs(readFileSync(build('darwin', 'amd64'))), 'not signed at all');
});

test('what is no executable is refused', t => {
  const file = join(directory, 'text');
  copyFileSync(join(root, 'LICENSE'), file);
  t.throws(() => inspectExecutable(readFileSync(file)), { message: 'neither ELF, Mach-O nor PE' });
});
