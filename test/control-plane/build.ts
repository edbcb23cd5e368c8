import { execFileSync } from 'node:child_process';
import { hasGo, keep } from '../../scripts/cache.ts';
import type { Missing } from './programs.ts';

/**
 * Builds programs into the cache at the versions of their go.mod, from the Go module proxy, as GOPROXY says.
 *
 * @returns what is still missing.
 */
export function build(programs: readonly Missing[], say: (line: string) => void): Missing[] {
  if (programs.length > 0 && !hasGo()) {
    say('no go on PATH to build the control plane with');
    return [...programs];
  }
  return programs.filter(program => !buildOne(program, say));
}

function buildOne(program: Missing, say: (line: string) => void): boolean {
  const title = `${program.name} ${program.version}`;
  const start = performance.now();
  say(`${title}: building from the Go module proxy (one to six minutes, once) …`);
  try {
    keep(program.file, draft => goBuild(program, draft));
    say(`${title}: built in ${((performance.now() - start) / 1000).toFixed(0)} s`);
    return true;
  } catch {
    // What Go has to say is on stderr already.
    say(`${title}: not built`);
    return false;
  }
}

function goBuild({ source, version, directory }: Missing, draft: string): void {
  const [major, minor] = version.slice(1).split('.');
  const stamp = 'k8s.io/component-base/version.git';
  const flags = `-s -w -X ${stamp}Version=${version} -X ${stamp}Major=${major} -X ${stamp}Minor=${minor}`;
  execFileSync('go', ['build', '-trimpath', '-ldflags', flags, '-o', draft, source], {
    cwd: directory,
    env: { ...process.env, CGO_ENABLED: '0', GOWORK: 'off' },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
}
