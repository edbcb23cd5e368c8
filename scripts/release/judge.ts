import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import { here, type Platform } from './targets.ts';
import { toolNamed } from './tools.ts';

/**
 * Holds `seinode.yaml` and the archives beside it against krew itself: its validation, and an installation of each platform,
 * digest, layout and files. That of this platform is run.
 *
 * @returns what was seen, a line each. @throws what krew says against it.
 */
export function judgeManifest(directory: string): string[] {
  const manifest = join(directory, 'seinode.yaml');
  run(toolNamed('validate-krew-manifest'), ['-skip-install', '-manifest', manifest]);
  const { spec } = parse(readFileSync(manifest, 'utf8'));
  return spec.platforms.map((platform: { uri: string; selector: { matchLabels: Platform } }) =>
    install(manifest, join(directory, basename(platform.uri)), platform.selector.matchLabels),
  );
}

function install(manifest: string, archive: string, { os, arch }: Platform): string {
  const krewRoot = mkdtempSync(join(tmpdir(), 'krew-'));
  try {
    const env = { ...process.env, KREW_ROOT: krewRoot, KREW_OS: os, KREW_ARCH: arch };
    run(toolNamed('krew'), ['install', `--manifest=${manifest}`, `--archive=${archive}`], env);
    if (os !== here.os || arch !== here.arch) return `${os}/${arch}: krew installs it; not run here`;
    const version = execFileSync(join(krewRoot, 'bin/kubectl-seinode'), ['--version'], { encoding: 'utf8' });
    return `${os}/${arch}: krew installs it, and it says ${version.trim()}`;
  } finally {
    rmSync(krewRoot, { recursive: true });
  }
}

function run(program: string, args: readonly string[], env = process.env): void {
  const { status, stdout, stderr } = spawnSync(program, args, { env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${basename(program)} ${args.join(' ')}: ${stdout}${stderr}`);
}
