import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cacheDirectory, hasGo } from '../../scripts/cache.ts';

/** versitygw: S3 in front of a directory. */
const version = 'v1.8.0';
const source = 'github.com/versity/versitygw/cmd/versitygw';

/**
 * Finds the object store that tests run against: in the cache outside the clone, else built from the Go module proxy.
 *
 * @returns the path of the program, undefined where there is none and no Go to build it with.
 */
export function findObjectStore(): string | undefined {
  const cached = join(cacheDirectory(), `versitygw-${version}`, 'versitygw');
  if (!existsSync(cached) && hasGo()) build(cached);
  return existsSync(cached) ? cached : undefined;
}

function build(cached: string): void {
  console.error(`versitygw ${version}: building from the Go module proxy (one to three minutes, once) …`);
  const directory = dirname(cached);
  mkdirSync(directory, { recursive: true });
  try {
    execFileSync('go', ['install', '-trimpath', `${source}@${version}`], {
      env: { ...process.env, GOBIN: directory, CGO_ENABLED: '0' },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
  } catch {
    // What Go has to say is on stderr already.
    console.error(`versitygw ${version}: not built`);
  }
}
