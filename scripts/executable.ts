import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The plugin's script, and what of it answers where no command is asked for. */
export type Scripts = { readonly front: string; readonly whole: string };

/** What people run most, so that its code need not be compiled at each start; NOWHERE is a cluster that nobody serves. */
const familiar: Readonly<Record<keyof Scripts, readonly string[]>> = {
  front: ['--help', '__complete tls ', 'completion bash', '__complete list --kubeconfig NOWHERE -n '],
  whole: [
    'tls check -f EXAMPLES',
    'list -f EXAMPLES -o json',
    'inspect good-ec -f EXAMPLES',
    'policy check -f EXAMPLES',
    'netpol reach -f EXAMPLES',
    'list --kubeconfig NOWHERE',
  ],
};

/**
 * Megabytes of each half of V8's young space, a quarter of its own choice: thousands of answers come and go while others are
 * awaited, and what is there at a scavenge is moved to the old space, which grows with it.
 */
export const youngSpace = '--max-semi-space-size=4';

/** The Node to put a script into, and one of the same version for this machine: each version has its own format of a blob. */
export type Nodes = { readonly node: string; readonly maker: string };

const thisNode: Nodes = { node: process.execPath, maker: process.execPath };

/**
 * Makes an executable of a Node and a script (Node's single executable applications).
 *
 * @param scripts their paths, each a function of `require` in ASCII. @param work directory for what is needed on the way.
 * @param nodes where they are not the Node that this runs on. @returns the path of what was put in.
 */
export function makeExecutable(
  root: string,
  scripts: Scripts,
  executable: string,
  work: string,
  { node, maker }: Nodes = thisNode,
): string {
  const assets: Record<string, string> = {};
  for (const part of ['front', 'whole'] as const) {
    const compiled = join(work, `${part}.compiled`);
    assets[part] = scripts[part];
    assets[`${part}.compiled`] = compiled;
    // V8 takes what was compiled for its own platform only; of nothing it compiles anew.
    if (node === process.execPath)
      compile(root, { script: scripts[part], compiled, lines: familiar[part] }, work);
    else writeFileSync(compiled, '');
  }
  const output = join(work, 'sea.blob');
  const config = join(work, 'sea.json');
  const main = join(import.meta.dirname, 'launch.cjs');
  const options = { disableExperimentalSEAWarning: true, execArgv: [youngSpace], execArgvExtension: 'none' };
  writeFileSync(config, JSON.stringify({ main, output, assets, ...options }));
  execFileSync(maker, ['--experimental-sea-config', config], { stdio: 'pipe' });
  copyFileSync(node, executable);
  chmodSync(executable, 0o755);
  inject(root, output, executable);
  return output;
}

/** Runs familiar commands and keeps what V8 made of the script: Node's own code cache has no function that is called late. */
function compile(
  root: string,
  {
    script,
    compiled,
    lines,
  }: { readonly script: string; readonly compiled: string; readonly lines: readonly string[] },
  work: string,
): void {
  const kubeconfig = join(work, 'kubeconfig');
  const named = (list: string, content: object) => ({ [`${list}s`]: [{ name: 'nowhere', [list]: content }] });
  const nowhere = {
    'current-context': 'nowhere',
    ...named('cluster', { server: 'https://127.0.0.1:1' }),
    ...named('context', { cluster: 'nowhere' }),
  };
  writeFileSync(kubeconfig, JSON.stringify(nowhere));
  const real = lines.map(line =>
    line.replace('EXAMPLES', 'examples/fleet/good-ec.yaml').replace('NOWHERE', kubeconfig),
  );
  const args = [join(import.meta.dirname, 'compile.cjs'), script, compiled, ...real];
  execFileSync(process.execPath, args, { cwd: root, stdio: 'pipe' });
}

export function inject(root: string, blob: string, executable: string): void {
  const postject = join(root, 'node_modules/postject/dist/cli.js');
  const fuse = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';
  const segment = ['--macho-segment-name', 'NODE_SEA'];
  const args = [postject, executable, 'NODE_SEA_BLOB', blob, '--sentinel-fuse', fuse, ...segment];
  // It warns of sections of Node's own that it leaves alone.
  execFileSync(process.execPath, args, { stdio: 'pipe' });
}
