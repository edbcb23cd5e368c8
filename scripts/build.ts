import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleOperator, bundlePlugin, bundleSidecar } from './bundle.ts';
import { makeExecutable } from './executable.ts';
import { embedGenesis } from './genesis.ts';
import { packForKrew } from './krew.ts';

// `npm run build`: dist/kubectl-seinode, one executable for this platform, with Node and the rules inside, what krew
// installs, and dist/operator.cjs and dist/sidecar.cjs, which a Node runs, with dist/genesis beside it. A directory as argument takes the place of dist.
const root = join(import.meta.dirname, '..');
const dist = process.argv[2] ?? join(root, 'dist');
const executable = join(dist, process.platform === 'win32' ? 'kubectl-seinode.exe' : 'kubectl-seinode');
const work = mkdtempSync(join(tmpdir(), 'build-'));

try {
  mkdirSync(dist, { recursive: true });
  const script = join(work, 'kubectl-seinode.cjs');
  await bundlePlugin(root, script);
  makeExecutable(root, script, executable, work);
  await packForKrew(executable);
  await bundleOperator(root, join(dist, 'operator.cjs'));
  await bundleSidecar(root, join(dist, 'sidecar.cjs'));
  console.log(embedGenesis(join(dist, 'genesis')));
  console.log(`built ${executable}, operator.cjs and sidecar.cjs beside it`);
} finally {
  rmSync(work, { recursive: true });
}
