import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { describe } from '../describe.ts';
import { makeExecutable, type Scripts } from '../executable.ts';
import { packForKrew } from '../krew.ts';
import { inspectExecutable } from './inspect.ts';
import { signAnew } from './sign.ts';
import type { Target } from './targets.ts';

/** The plugin's scripts, and the modules that are in them. */
export type Plugin = { readonly scripts: Scripts; readonly files: ReadonlySet<string> };

/**
 * Makes the executable of a platform, its archive for krew and its bill of materials.
 *
 * @param directory where both go. @returns one line of what came of it. @throws where the executable's own headers are not
 * those of its platform, or do not lead to what was put in.
 */
export async function makeArchive(
  root: string,
  { scripts, files }: Plugin,
  target: Target,
  directory: string,
): Promise<string> {
  const work = mkdtempSync(join(tmpdir(), 'archive-'));
  try {
    const executable = join(work, target.os === 'windows' ? 'kubectl-seinode.exe' : 'kubectl-seinode');
    const blob = makeExecutable(root, scripts, executable, work, target);
    signAnew(executable, target);
    check(executable, readFileSync(blob), target);
    const licence = readFileSync(join(dirname(target.maker), '../LICENSE'), 'utf8');
    describe(work, basename(executable), files, { version: target.version, licence });
    const archive = await packForKrew(executable, directory, target);
    copyFileSync(`${executable}.sbom.json`, archive.replace(/\.tar\.gz$/, '.sbom.json'));
    const megabytes = (readFileSync(archive).length / 2 ** 20).toFixed(1);
    return `${basename(archive)}: Node ${target.version}, ${megabytes} MiB`;
  } finally {
    rmSync(work, { recursive: true });
  }
}

function check(executable: string, blob: Buffer, { os, arch }: Target): void {
  const said = inspectExecutable(readFileSync(executable));
  if (said.os !== os || said.arch !== arch)
    throw new Error(`what was made for ${os}/${arch} says that it is for ${said.os}/${said.arch}`);
  if (!said.blob.equals(blob)) throw new Error(`${os}/${arch}: what is in it is not what was put in`);
}
