import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { hasGo, keep } from '../../scripts/cache.ts';
import type { Missing } from './programs.ts';
import { bar, type Draw } from './progress.ts';

/**
 * Builds programs into the cache at the versions of their go.mod, from the Go module proxy, as GOPROXY says.
 *
 * @returns what is still missing.
 */
export async function build(
  programs: readonly Missing[],
  say: (line: string) => void,
  draw: Draw,
): Promise<Missing[]> {
  if (programs.length > 0 && !hasGo()) {
    say('no go on PATH to build the control plane with');
    return [...programs];
  }
  const missing: Missing[] = [];
  for (const program of programs) {
    if (!(await buildOne(program, say, draw))) missing.push(program);
  }
  return missing;
}

async function buildOne(program: Missing, say: (line: string) => void, draw: Draw): Promise<boolean> {
  const title = `${program.name} ${program.version}`;
  const start = performance.now();
  say(`${title}: building from the Go module proxy (one to six minutes, once) …`);
  mkdirSync(dirname(program.file), { recursive: true });
  const directory = mkdtempSync(`${program.file}.`);
  try {
    const built = join(directory, program.name);
    await goBuild(program, built, title, draw);
    keep(program.file, draft => renameSync(built, draft));
    say(`${title}: built in ${((performance.now() - start) / 1000).toFixed(0)} s`);
    return true;
  } catch (fault) {
    say(`${title}: not built: ${(fault as Error).message}`);
    return false;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Go says each package that it compiles; those of its own cache it does not, so that the bar may end early. */
async function goBuild(
  { source, version, directory }: Missing,
  built: string,
  title: string,
  draw: Draw,
): Promise<void> {
  const [major, minor] = version.slice(1).split('.');
  const stamp = 'k8s.io/component-base/version.git';
  const flags = `-s -w -X ${stamp}Version=${version} -X ${stamp}Major=${major} -X ${stamp}Minor=${minor}`;
  let packages = 0;
  const count = () => {
    packages += 1;
  };
  await go(['list', '-deps', source], directory, line => draw(line && `${title}: ${line}`), count);
  let compiled = 0;
  await go(['build', '-v', '-trimpath', '-ldflags', flags, '-o', built, source], directory, line => {
    if (line !== '' && !line.startsWith('go: ')) compiled += 1;
    draw(line && bar(title, compiled, packages, 'packages'));
  });
}

/** @throws with the last that Go said of why. */
async function go(args: string[], cwd: string, told: Draw, out: (line: string) => void = () => {}) {
  const env = { ...process.env, CGO_ENABLED: '0', GOWORK: 'off' };
  const child: ChildProcess = spawn('go', args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let last = '';
  createInterface({ input: child.stdout! }).on('line', out);
  createInterface({ input: child.stderr! }).on('line', line => {
    last = line;
    told(line);
  });
  const code = await new Promise(resolve => child.on('close', resolve));
  told('');
  if (code !== 0) throw new Error(last);
}
