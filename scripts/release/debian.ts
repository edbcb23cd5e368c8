import { execFileSync } from 'node:child_process';
import { globSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** A package of Debian, as it says of itself. */
export type DebianPackage = { readonly name: string; readonly version: string };

/**
 * Unpacks what Node needs of a system (the C and C++ libraries, which hold their copyright files) into a directory. apt takes
 * them from where this machine gets its own packages and checks them by its keys; nothing is installed.
 *
 * @param arch as Debian names it. @param work directory for what is needed on the way. @returns what is in there.
 */
export function unpackLibraries(directory: string, arch: string, work: string): DebianPackage[] {
  const apt = aptFor(arch, work);
  apt('update');
  apt('download', 'libstdc++6');
  const [first] = packagesIn(work, 'libstdc++6');
  // Its dependencies are all there is: what the libraries share, and what they need of each other.
  const others = field(first!, 'Depends')
    .split(', ')
    .map(each => each.split(' ')[0] as string);
  apt('download', ...others);
  return packagesIn(work, '*').map(file => {
    execFileSync('dpkg-deb', ['-x', file, directory]);
    return { name: field(file, 'Package'), version: field(file, 'Version') };
  });
}

/** apt with a state of its own: that of the machine knows one architecture, and is for who administers it. */
function aptFor(arch: string, work: string): (...args: string[]) => void {
  const state = join(work, 'apt');
  for (const name of ['lists/partial', 'archives/partial']) mkdirSync(join(state, name), { recursive: true });
  const options = Object.entries({
    'APT::Architecture': arch,
    'APT::Architectures': arch,
    'APT::Sandbox::User': 'root',
    'Dir::State': state,
    'Dir::State::status': '/dev/null',
    'Dir::Cache': state,
  }).map(([name, value]) => `-o${name}=${value}`);
  return (...args) => {
    execFileSync('apt-get', ['-qq', ...options, ...args], {
      cwd: work,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  };
}

function packagesIn(directory: string, name: string): string[] {
  return globSync(`${name}_*.deb`, { cwd: directory })
    .toSorted()
    .map(file => join(directory, file));
}

function field(file: string, name: string): string {
  return execFileSync('dpkg-deb', ['-f', file, name], { encoding: 'utf8' }).trim();
}
