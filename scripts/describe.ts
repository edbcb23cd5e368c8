import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { billOfMaterials, type InsideNode, notices, packagesOf } from './third-party.ts';

/**
 * Writes beside a program what is in it (NAME.sbom.json), and the licences of all that (NAME.NOTICES).
 *
 * @param files modules of it, as esbuild lists them. @param node where one is inside.
 */
export function describe(
  directory: string,
  name: string,
  files: ReadonlySet<string>,
  node?: InsideNode,
): void {
  const packages = packagesOf(files);
  const bill = billOfMaterials(packages, node?.version);
  writeFileSync(join(directory, `${name}.NOTICES`), notices(packages, node));
  writeFileSync(join(directory, `${name}.sbom.json`), `${JSON.stringify(bill, null, 2)}\n`);
}
