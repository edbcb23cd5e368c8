import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The files that `policy export` writes, by their paths below policies/: `seinode/…rego`, `gatekeeper/…yaml`, `vap/…yaml`.
 * Tests of the rules are not among them.
 *
 * @throws where they cannot be read; in the executable, they are inside.
 */
export function readPolicies(): ReadonlyMap<string, string> {
  const cwd = join(import.meta.dirname, '../policies');
  const files = globSync(['seinode/**/*.rego', 'gatekeeper/**/*.yaml', 'vap/*.yaml'], { cwd });
  const wanted = files.filter(file => !file.endsWith('_test.rego')).map(file => file.replaceAll('\\', '/'));
  return new Map(wanted.sort().map(file => [file, readFileSync(join(cwd, file), 'utf8')]));
}
