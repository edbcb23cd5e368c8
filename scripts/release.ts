import { globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundlePlugin } from './bundle.ts';
import { sha256, writeManifest } from './krew.ts';
import { packForNpm } from './npm-package.ts';
import { buildPrograms } from './programs.ts';
import { makeArchive } from './release/archive.ts';
import { packChart } from './release/chart.ts';
import { makeImages } from './release/images.ts';
import { judgeManifest } from './release/judge.ts';
import { fetchTargets, here } from './release/targets.ts';

// `npm run release`: all that a release publishes, in dist/release, each held against what will read it as far as this machine
// can (docs/install.md says how far that is). Five minutes, and twenty the first time; it asks npm for the Nodes of other
// platforms, Go's module proxy for krew, helm and quill, and Debian for what Node needs of a system.
if (here.os !== 'linux' || here.arch !== 'amd64')
  throw new Error('a release is made on linux on amd64: what is made for it is tried');
const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist/release');
const work = mkdtempSync(join(tmpdir(), 'release-'));

try {
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(dist, { recursive: true });
  const scripts = { front: join(work, 'front.cjs'), whole: join(work, 'kubectl-seinode.cjs') };
  await bundlePlugin(root, scripts.front, 'front');
  const files = await bundlePlugin(root, scripts.whole);
  const targets = fetchTargets();
  for (const target of targets) console.log(await makeArchive(root, { scripts, files }, target, dist));
  writeManifest(dist);
  for (const line of judgeManifest(dist)) console.log(line);
  packForNpm(root, scripts.whole, files, dist);
  console.log(await buildPrograms(root, join(root, 'dist')));
  for (const line of await makeImages(root, targets, dist)) console.log(line);
  console.log(packChart(root, dist));
  const made = globSync('*', { cwd: dist }).toSorted();
  writeFileSync(
    join(dist, 'SHA256SUMS'),
    made.map(name => `${sha256(join(dist, name))}  ${name}\n`).join(''),
  );
} finally {
  rmSync(work, { recursive: true });
}
