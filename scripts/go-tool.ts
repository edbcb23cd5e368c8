import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cacheDirectory, hasGo } from './cache.ts';

/** A program that `go install` makes. */
export type GoTool = {
  readonly name: string;
  readonly version: string;
  /** Path of its package. */
  readonly source: string;
  /** How long a build takes, for people: `one to three minutes`. */
  readonly takes: string;
};

/**
 * Finds a Go program at its version: in the cache outside the clone, else built from the Go module proxy, which it says.
 *
 * @returns the path of the program, undefined where there is none and it cannot be built.
 */
export function findGoTool(tool: GoTool): string | undefined {
  const cached = join(cacheDirectory(), `${tool.name}-${tool.version}`, tool.name);
  if (!existsSync(cached) && hasGo()) build(tool, dirname(cached));
  return existsSync(cached) ? cached : undefined;
}

function build({ name, version, source, takes }: GoTool, directory: string): void {
  console.error(`${name} ${version}: building from the Go module proxy (${takes}, once) …`);
  mkdirSync(directory, { recursive: true });
  try {
    execFileSync('go', ['install', '-trimpath', `${source}@${version}`], {
      env: { ...process.env, GOBIN: directory, CGO_ENABLED: '0' },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
  } catch {
    // What Go has to say is on stderr already.
    console.error(`${name} ${version}: not built`);
  }
}
