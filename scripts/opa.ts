import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** policy.wasm is rebuilt byte for byte, so the compiler's version is part of the source. */
export const opaVersion = 'v1.22.0';

/**
 * Finds OPA at the pinned version: on PATH, in the cache outside the clone, or built from the Go module proxy.
 *
 * @returns the path of the binary, or undefined where there is none and no Go to build it with.
 */
export function findOPA(): string | undefined {
  const cached = join(cacheDirectory(), `opa-${opaVersion}`, 'opa');
  return ['opa', cached].find(isPinned) ?? (hasGo() ? build(cached) : undefined);
}

/** Where what is built once is kept, outside the clone. */
export function cacheDirectory(): string {
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'kubectl-seinode');
}

function isPinned(command: string): boolean {
  try {
    return output(command, ['version']).includes(`Version: ${opaVersion.slice(1)}\n`);
  } catch {
    return false;
  }
}

function hasGo(): boolean {
  try {
    return output('go', ['version']) !== '';
  } catch {
    return false;
  }
}

function build(binary: string): string {
  console.error(`building OPA ${opaVersion} from the Go module proxy (one to three minutes, once) …`);
  const directory = join(binary, '..');
  mkdirSync(directory, { recursive: true });
  execFileSync('go', ['install', '-trimpath', `github.com/open-policy-agent/opa@${opaVersion}`], {
    env: { ...process.env, GOBIN: directory, CGO_ENABLED: '0' },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (!existsSync(binary)) {
    throw new Error(`go install left no ${binary}`);
  }
  return binary;
}

function output(command: string, args: readonly string[]): string {
  return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
}
