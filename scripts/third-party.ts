import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import own from '../package.json' with { type: 'json' };
import { opaVersion } from './opa.ts';

/** A package of others that is part of what is built. */
export type Package = {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly text: string;
};

/** A Node inside of a program, and what its licence says. */
export type InsideNode = { readonly version: string; readonly licence: string };

/** The packages that modules belong to, by name. @param files paths of modules, ours among them. */
export function packagesOf(files: Iterable<string>): Package[] {
  const directories = new Set(
    [...files].flatMap(file => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []),
  );
  const known = new Map([...directories].map(packageIn).map(each => [purl(each), each]));
  return [...known.values()].toSorted((one, other) => purl(one).localeCompare(purl(other), 'en'));
}

/** What their licences want to go along with a copy: each with its whole text. @param node where one is inside. */
export function notices(packages: readonly Package[], node?: InsideNode): string {
  const parts = packages.map(({ name, version, license, text }) => {
    const said = text || `Its package holds no text of it; it says: ${license}.`;
    return `${name} ${version} (${license})\n\n${said.trim()}\n`;
  });
  const all = [...parts, ...(node ? [`Node.js v${node.version}\n\n${node.licence.trim()}\n`] : [])];
  return `What is in here by others, each with its licence.\n\n${all.join(`\n${'-'.repeat(78)}\n\n`)}`;
}

/** All that is inside of a build, as CycloneDX 1.5: the same bytes each time. @param node the version of Node, where it is inside. */
export function billOfMaterials(packages: readonly Package[], node?: string): object {
  const components = [
    ...packages.map(each => ({
      ...{ type: 'library', 'bom-ref': purl(each), name: each.name, version: each.version, purl: purl(each) },
      licenses: [
        /[ ()]/.test(each.license) ? { expression: each.license } : { license: { id: each.license } },
      ],
    })),
    // The compiler of policy.wasm leaves its runtime in it.
    other(
      'library',
      'opa',
      opaVersion,
      `pkg:golang/github.com/open-policy-agent/opa@${opaVersion}`,
      'Apache-2.0',
    ),
    ...(node === undefined ? [] : [other('platform', 'node', node, `pkg:generic/node@${node}`, 'MIT')]),
  ];
  const component = {
    type: 'application',
    name: own.name,
    version: own.version,
    purl: `pkg:npm/${own.name}@${own.version}`,
  };
  return { bomFormat: 'CycloneDX', specVersion: '1.5', version: 1, metadata: { component }, components };
}

function other(type: string, name: string, version: string, reference: string, id: string): object {
  return { type, 'bom-ref': reference, name, version, purl: reference, licenses: [{ license: { id } }] };
}

/** https://github.com/package-url/purl-spec */
function purl({ name, version }: Package): string {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`;
}

function packageIn(directory: string): Package {
  const { name, version, license } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
  const files = readdirSync(directory).filter(file => /^(licen[cs]e|unlicense|copying|notice)/i.test(file));
  const text = files.toSorted().map(file => readFileSync(join(directory, file), 'utf8').trim());
  return { name, version, license, text: text.join('\n\n') };
}
