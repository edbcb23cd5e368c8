import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { create } from 'tar';
import own from '../../package.json' with { type: 'json' };
import { readContainerfile } from './containerfile.ts';
import { type DebianPackage, unpackLibraries } from './debian.ts';
import { type Image, writeLayout } from './image.ts';
import { copyInto, type Layer, packLayer } from './layer.ts';
import { runRefusal } from './run-image.ts';
import type { Target } from './targets.ts';

const home = 'https://github.com/sei-protocol/kubectl-seinode';

/** What the base of a Containerfile brings: Node is what it starts. */
const baseConfig = {
  User: '65532:65532',
  WorkingDir: '/',
  Env: ['PATH=/usr/bin:/bin'],
  Entrypoint: ['/nodejs/bin/node'],
};

/** The lowest layers, for one architecture, and what of Debian is in them. */
type Base = {
  readonly architecture: string;
  readonly layers: readonly Layer[];
  readonly packages: readonly DebianPackage[];
};

/**
 * Makes the images of operator and sidecar, each for the architectures of linux, as an OCI layout in a tar. Neither registry
 * nor daemon is asked: the base of their Containerfiles is made here of Debian's libraries and the Node of npm's packages.
 *
 * @param dist where operator.cjs and sidecar.cjs are. @param directory where the archives go. @returns what was seen.
 */
export async function makeImages(
  root: string,
  targets: readonly Target[],
  directory: string,
): Promise<string[]> {
  const work = mkdtempSync(join(tmpdir(), 'images-'));
  try {
    const bases = targets.filter(({ os }) => os === 'linux').map(target => makeBase(target, work));
    const lines: string[] = [];
    for (const program of ['operator', 'sidecar'] as const) {
      const recipe = readContainerfile(readFileSync(join(root, program, 'Containerfile'), 'utf8'));
      const files = mkdtempSync(join(work, `${program}-`));
      for (const copy of recipe.copies) copyInto(files, root, copy);
      const layer = packLayer(files, `${program}/Containerfile`, work);
      const images: Image[] = bases.map(({ architecture, layers }) => ({
        architecture,
        layers: [...layers, layer],
        config: { ...baseConfig, ...recipe.config },
      }));
      const layout = join(work, `${program}.oci`);
      writeLayout(layout, images, labels(program), own.version);
      writeSBOM(root, program, bases, directory);
      await archive(layout, join(directory, `seinode-${program}-v${own.version}.oci.tar`));
      lines.push(runRefusal(program, layout, work));
    }
    return lines;
  } finally {
    rmSync(work, { recursive: true });
  }
}

function makeBase({ arch, node, maker }: Target, work: string): Base {
  const [system, nodejs, debs] = ['system', 'node', 'debs'].map(name => {
    const made = join(work, arch, name);
    mkdirSync(made, { recursive: true });
    return made;
  }) as [string, string, string];
  const packages = unpackLibraries(system, arch, debs);
  // Where a runtime puts its own, and who the program is.
  for (const name of ['dev', 'proc', 'sys', 'tmp', 'etc']) mkdirSync(join(system, name), { recursive: true });
  writeFileSync(join(system, 'etc/passwd'), 'nonroot:x:65532:65532:nonroot:/:/sbin/nologin\n');
  writeFileSync(join(system, 'etc/group'), 'nonroot:x:65532:\n');
  writeFileSync(join(system, 'etc/nsswitch.conf'), 'hosts: files dns\n');
  mkdirSync(join(nodejs, 'nodejs/bin'), { recursive: true });
  copyFileSync(node, join(nodejs, 'nodejs/bin/node'));
  copyFileSync(join(dirname(maker), '../LICENSE'), join(nodejs, 'nodejs/LICENSE'));
  const debian = packages.map(({ name, version }) => `${name} ${version}`).join(', ');
  return {
    architecture: arch,
    layers: [packLayer(system, `Debian: ${debian}`, work), packLayer(nodejs, 'Node.js, of npm', work)],
    packages,
  };
}

function labels(program: string): Record<string, string> {
  const named = {
    title: `seinode-${program}`,
    version: own.version,
    licenses: 'Apache-2.0',
    source: home,
  };
  return Object.fromEntries(
    Object.entries(named).map(([key, value]) => [`org.opencontainers.image.${key}`, value]),
  );
}

/** That of the program, and what the base adds. */
function writeSBOM(root: string, program: string, bases: readonly Base[], directory: string): void {
  const bill = JSON.parse(readFileSync(join(root, `dist/${program}.sbom.json`), 'utf8'));
  const debian = bases.flatMap(({ architecture, packages }) =>
    packages.map(({ name, version }) => ({
      name,
      version,
      purl: `pkg:deb/debian/${name}@${version}?arch=${architecture}`,
    })),
  );
  const node = {
    name: 'node',
    version: process.versions.node,
    purl: `pkg:generic/node@${process.versions.node}`,
  };
  const more = [node, ...debian].map(each => ({ type: 'library', 'bom-ref': each.purl, ...each }));
  const all = { ...bill, components: [...bill.components, ...more] };
  const file = join(directory, `seinode-${program}-v${own.version}.sbom.json`);
  writeFileSync(file, `${JSON.stringify(all, null, 2)}\n`);
}

function archive(layout: string, file: string): Promise<void> {
  const options = { portable: true, mtime: new Date(0), cwd: layout, file };
  return create(options, ['oci-layout', 'index.json', 'blobs']);
}
