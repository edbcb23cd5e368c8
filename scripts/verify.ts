import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findOPA } from './opa.ts';
import { describeRules } from './rules.ts';

// Regenerates what is generated and fails where the tree then differs: `npm run verify`.
const root = join(import.meta.dirname, '..');
const entrypoints = ['seinode/violations', 'seinode/tls/verdict'];

const opa = findOPA();
if (opa === undefined) {
  console.error(
    'verify needs OPA: put it on PATH at the pinned version (scripts/opa.ts), or install Go to build it',
  );
  process.exit(1);
}
const changed = [
  write('wasm/policy.wasm', compile(opa)),
  write('wasm/rules.json', Buffer.from(`${JSON.stringify(describeRules(opa, 'policies'), null, 2)}\n`)),
].filter(file => file !== undefined);
console.log(
  changed.length === 0 ? 'verify: nothing differs' : `verify: regenerated ${changed.join(', ')}; commit them`,
);
process.exitCode = changed.length === 0 ? 0 : 1;

/** Paths become part of the module, so OPA always runs in the root. */
function compile(binary: string): Buffer {
  const directory = mkdtempSync(join(tmpdir(), 'policy-'));
  try {
    const bundle = join(directory, 'bundle.tar.gz');
    const options = entrypoints.flatMap(entrypoint => ['-e', entrypoint]);
    execFileSync(
      binary,
      ['build', '-t', 'wasm', '--ignore', '*_test.rego', ...options, '-o', bundle, 'policies'],
      {
        cwd: root,
      },
    );
    return execFileSync('tar', ['-xzOPf', bundle, '/policy.wasm'], { maxBuffer: 1 << 26 });
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** @returns the file where its content was another. */
function write(file: string, content: Buffer): string | undefined {
  const path = join(root, file);
  const before = existing(path);
  writeFileSync(path, content);
  return before?.equals(content) ? undefined : file;
}

function existing(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
