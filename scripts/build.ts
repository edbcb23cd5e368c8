import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { bundlePlugin } from './bundle.ts';
import { describe } from './describe.ts';
import { makeExecutable } from './executable.ts';
import { packForKrew, writeManifest } from './krew.ts';
import { packForNpm } from './npm-package.ts';
import { buildPrograms } from './programs.ts';
import { here } from './release/targets.ts';

// `npm run build`: dist/kubectl-seinode, one executable for this platform, with Node and the rules inside, what krew and npm
// install, and dist/operator.cjs and dist/sidecar.cjs, which a Node runs, with dist/genesis beside it.
// Of each there is a bill of materials (CycloneDX) and the licences of what is inside. A directory as argument takes the place of dist.
const root = join(import.meta.dirname, '..');
const dist = process.argv[2] ?? join(root, 'dist');
const executable = join(dist, process.platform === 'win32' ? 'kubectl-seinode.exe' : 'kubectl-seinode');
const work = mkdtempSync(join(tmpdir(), 'build-'));

try {
  mkdirSync(dist, { recursive: true });
  const scripts = { front: join(work, 'front.cjs'), whole: join(work, 'kubectl-seinode.cjs') };
  await bundlePlugin(root, scripts.front, 'front');
  const files = await bundlePlugin(root, scripts.whole);
  makeExecutable(root, scripts, executable, work);
  const licence = readFileSync(join(dirname(process.execPath), '../LICENSE'), 'utf8');
  describe(dist, basename(executable), files, { version: process.versions.node, licence });
  await packForKrew(executable, dist, here);
  writeManifest(dist);
  packForNpm(root, scripts.whole, files, dist);
  console.log(await buildPrograms(root, dist));
  console.log(`built ${executable}, operator.cjs and sidecar.cjs beside it`);
} finally {
  rmSync(work, { recursive: true });
}
