import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkGenesis, expectedGenesis, knownDigests } from '../sidecar/genesis/check.ts';
import { hasGo } from './cache.ts';

/** The published module that holds the genesis of the chains that everyone knows. */
export const genesisModule = 'github.com/sei-protocol/sei-config@v0.0.20';

/**
 * Puts the genesis of every chain that everyone knows beside the sidecar's script, as CHAIN.json. Go fetches the module
 * that holds them and holds it against the checksum database; the digests are ours.
 *
 * @param directory made where it is not there, and empty where there is no Go, or no such module for it.
 * @param digests by chain. @returns one line of what came of it.
 */
export function embedGenesis(directory: string, digests = knownDigests): string {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const chains = Object.keys(digests);
  try {
    const module = downloaded();
    const found = chains.map(
      chain => [chain, readFileSync(join(module, 'chains', chain, 'genesis.json'))] as const,
    );
    for (const [chain, content] of found) {
      const checked = checkGenesis(content, expectedGenesis(chain, digests[chain]));
      if (!checked.ok) throw new Error(`that of ${chain} ${checked.error}`);
    }
    for (const [chain, content] of found) writeFileSync(join(directory, `${chain}.json`), content);
    return `embedded the genesis of ${chains.join(', ')}`;
  } catch (error) {
    return `no genesis is embedded, the bucket must have it: ${reasonOf(error)}`;
  }
}

function downloaded(): string {
  if (!hasGo()) throw new Error('there is no go on PATH');
  // Outside of any module, so that none has a say in it.
  const directory = mkdtempSync(join(tmpdir(), 'genesis-'));
  try {
    const options = {
      cwd: directory,
      encoding: 'utf8',
      stdio: 'pipe',
      env: { ...process.env, GOWORK: 'off' },
    } as const;
    const { Dir } = JSON.parse(execFileSync('go', ['mod', 'download', '-json', genesisModule], options));
    return Dir;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** go tells its errors as JSON on stdout. */
function reasonOf(error: unknown): string {
  const { stdout, message } = error as { stdout?: string; message: string };
  const [, told] = /"Error": "((?:[^"\\]|\\.)*)"/.exec(stdout ?? '') ?? [];
  return (told === undefined ? message : String(JSON.parse(`"${told}"`))).replaceAll(/\s+/g, ' ');
}
