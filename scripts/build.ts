import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { bundleOperator, bundlePlugin, bundleSidecar } from './bundle.ts';
import { makeExecutable } from './executable.ts';
import { embedGenesis } from './genesis.ts';
import { packForKrew } from './krew.ts';
import { billOfMaterials, notices, packagesOf } from './third-party.ts';

// `npm run build`: dist/kubectl-seinode, one executable for this platform, with Node and the rules inside, what krew
// installs, and dist/operator.cjs and dist/sidecar.cjs, which a Node runs, with dist/genesis beside it.
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
  describe('kubectl-seinode', files, true);
  await packForKrew(executable);
  describe('operator', await bundleOperator(root, join(dist, 'operator.cjs')));
  describe('sidecar', await bundleSidecar(root, join(dist, 'sidecar.cjs')));
  console.log(embedGenesis(join(dist, 'genesis')));
  console.log(`built ${executable}, operator.cjs and sidecar.cjs beside it`);
} finally {
  rmSync(work, { recursive: true });
}

/** Writes beside a program what is in it (NAME.sbom.json), and the licences of all that (NAME.NOTICES). */
function describe(name: string, files: ReadonlySet<string>, hasNode = false): void {
  const packages = packagesOf(files);
  const node = hasNode ? readFileSync(join(dirname(process.execPath), '../LICENSE'), 'utf8') : undefined;
  const bill = billOfMaterials(packages, hasNode ? process.versions.node : undefined);
  writeFileSync(join(dist, `${name}.NOTICES`), notices(packages, node));
  writeFileSync(join(dist, `${name}.sbom.json`), `${JSON.stringify(bill, null, 2)}\n`);
}
