import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { cacheDirectory, keep } from '../scripts/cache.ts';

/** Why a Go program of ours cannot be built on this machine, undefined where it can. */
export function whyNoGo(): string | undefined {
  try {
    const [, minor] = /go1\.(\d+)/.exec(goVersion()) ?? [];
    return Number(minor) >= 26 ? undefined : `go on PATH is older than 1.26`;
  } catch {
    return 'no go on PATH';
  }
}

/**
 * The path of a Go program of this repository, built where the cache outside the clone does not have it yet. Named after
 * what it is built from; two may build at once, and the last rename wins.
 *
 * @param source directory of its package and go.mod; what these require comes from the Go module proxy.
 * @throws where Go cannot be run, or does not build it.
 */
export function goProgram(source: string): string {
  const files = readdirSync(source).filter(file => /\.go$|^go\.(mod|sum)$/.test(file));
  const digest = createHash('sha256').update(goVersion());
  for (const file of files.sort()) digest.update(`\0${file}\0`).update(readFileSync(join(source, file)));
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const name = `${basename(source)}-${digest.digest('hex').slice(0, 16)}${suffix}`;
  const target = join(cacheDirectory(), name);
  if (!existsSync(target)) keep(target, draft => build(source, draft));
  return target;
}

// What Go does by default: no other toolchain, no debug settings, no workspace around it.
export function goSettings(): NodeJS.ProcessEnv {
  return { ...process.env, GOTOOLCHAIN: 'local', GODEBUG: '', GOFLAGS: '', GOWORK: 'off', CGO_ENABLED: '0' };
}

function build(source: string, draft: string): void {
  execFileSync('go', ['build', '-trimpath', '-o', draft, '.'], { cwd: source, env: goSettings() });
}

function goVersion(): string {
  return execFileSync('go', ['env', 'GOVERSION'], {
    encoding: 'utf8',
    env: goSettings(),
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}
