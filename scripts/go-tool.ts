import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDirectory, hasGo, keep } from './cache.ts';

/** A program that Go builds from a published module. */
export type GoTool = {
  readonly name: string;
  readonly version: string;
  /** Path of its module. */
  readonly module: string;
  /** Where in the module its package is: `./cmd/gator`. */
  readonly inside: string;
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
  if (!existsSync(cached) && hasGo()) build(tool, cached);
  return existsSync(cached) ? cached : undefined;
}

/** In the module itself, so that its own go.sum says what else is taken; what some have left of a vendor directory does not. */
function build({ name, version, module, inside, takes }: GoTool, file: string): void {
  console.error(`${name} ${version}: building from the Go module proxy (${takes}, once) …`);
  const env = { ...process.env, GOWORK: 'off', CGO_ENABLED: '0' };
  try {
    const download = ['mod', 'download', '-json', `${module}@${version}`];
    const { Dir } = JSON.parse(execFileSync('go', download, { env, encoding: 'utf8' }));
    keep(file, draft => {
      execFileSync('go', ['build', '-C', Dir, '-mod=readonly', '-trimpath', '-o', draft, inside], {
        env,
        stdio: ['ignore', 'inherit', 'inherit'],
      });
    });
  } catch {
    // What Go has to say is on stderr already.
    console.error(`${name} ${version}: not built`);
  }
}
