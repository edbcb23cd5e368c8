import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { here } from './targets.ts';

/** Each says what it lacks, and needs no cluster for that. */
const refusals = {
  operator: { status: 1, says: /SEI_NODEPOOL_NAME is not set/ },
  sidecar: { status: 1, says: /SEI_CHAIN_ID/ },
} as const;

/**
 * Starts what an image of this architecture starts, as a runtime would: on its layers alone, read-only, as its user, without
 * any right; and without settings.
 *
 * @returns a line for people. @throws where it does not refuse to start, in its own words.
 */
export function runRefusal(program: keyof typeof refusals, layout: string, work: string): string {
  if (process.getuid?.() !== 0) return `${program}: its image is not run, since that takes root here`;
  const { config, layers } = readImage(layout, here.arch);
  const root = join(work, `${program}.root`);
  mkdirSync(root);
  // By the system's tar: that of npm takes no link with an absolute path.
  for (const file of layers) execFileSync('tar', ['-xzf', file, '-C', root]);
  const command = [...config.Entrypoint, ...config.Cmd];
  const script = `
    mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && mount -t proc proc "$0/proc"
    exec /usr/sbin/chroot --userspec=${config.User} --groups= "$0" "$@"`;
  const apart = ['--no-new-privs', 'unshare', '--mount', '--pid', '--fork', '--net'];
  const args = [...apart, 'sh', '-ec', script, root, ...command];
  const env = Object.fromEntries(config.Env.map(each => each.split(/=(.*)/s)));
  const { status, stdout, stderr } = spawnSync('/usr/bin/setpriv', args, { env, encoding: 'utf8' });
  const { status: expected, says } = refusals[program];
  if (status !== expected || !says.test(stdout + stderr))
    throw new Error(`the image of ${program} ended with ${status}: ${stdout}${stderr}`);
  return `${program}: its image starts on ${here.arch}, read-only and without root, and says what it lacks`;
}

type Config = {
  readonly User: string;
  readonly Env: readonly string[];
  readonly Entrypoint: readonly string[];
  readonly Cmd: readonly string[];
};

/** From the layout alone, by its digests. @param arch as Go names it. */
export function readImage(layout: string, arch: string): { config: Config; layers: string[] } {
  const blob = (digest: string) => join(layout, 'blobs', digest.replace(':', '/'));
  const read = (file: string) => JSON.parse(readFileSync(file, 'utf8'));
  const index = read(blob(read(join(layout, 'index.json')).manifests[0].digest));
  const isOurs = (each: { platform: { architecture: string } }) => each.platform.architecture === arch;
  const manifest = read(blob(index.manifests.find(isOurs).digest));
  const layers = manifest.layers.map((layer: { digest: string }) => blob(layer.digest));
  return { config: read(blob(manifest.config.digest)).config, layers };
}
