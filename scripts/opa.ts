import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findGoTool } from './go-tool.ts';

/** policy.wasm is rebuilt byte for byte, so the compiler's version is part of the source. */
export const opaVersion = 'v1.22.0';

/**
 * Finds OPA at the pinned version: on PATH, in the cache outside the clone, or built from the Go module proxy.
 *
 * @returns the path of the binary, or undefined where there is none and no Go to build it with.
 */
export function findOPA(): string | undefined {
  if (isPinned('opa')) return 'opa';
  const module = 'github.com/open-policy-agent/opa';
  return findGoTool({ name: 'opa', version: opaVersion, module, inside: '.', takes: 'one to three minutes' });
}

/**
 * Compiles `policies/seinode` to wasm, byte for byte the same each time.
 *
 * @param opa path of the OPA binary. @param entrypoints such as `seinode/violations`.
 * @param options what else `opa build` is told; without it the tests are left out, and the
 * rules that depend on an entrypoint, which would become entrypoints as well (and no function can be one).
 */
export function compilePolicies(
  opa: string,
  entrypoints: readonly string[],
  options: readonly string[] = ['--ignore', '*_test.rego', '--prune-unused'],
): Buffer {
  const directory = mkdtempSync(join(tmpdir(), 'policy-'));
  try {
    const bundle = join(directory, 'bundle.tar.gz');
    const asked = entrypoints.flatMap(entrypoint => ['-e', entrypoint]);
    // Paths become part of the module, so OPA always runs in the root.
    execFileSync(opa, ['build', '-t', 'wasm', ...options, ...asked, '-o', bundle, 'policies/seinode'], {
      cwd: join(import.meta.dirname, '..'),
    });
    return execFileSync('tar', ['-xzOPf', bundle, '/policy.wasm'], { maxBuffer: 1 << 26 });
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function isPinned(command: string): boolean {
  try {
    return output(command, ['version']).includes(`Version: ${opaVersion.slice(1)}\n`);
  } catch {
    return false;
  }
}

function output(command: string, args: readonly string[]): string {
  return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
}
