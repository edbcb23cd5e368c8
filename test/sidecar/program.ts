import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from '../control-plane/apiserver.ts';
import { temporaryDirectory } from '../directory.ts';

const root = join(import.meta.dirname, '../..');

/** What runs the sidecar, from its source. */
export const command = [join(root, 'sidecar/main.ts'), 'serve'];

const started = new Set<ReturnType<typeof launch>>();

/** Kills every sidecar of the test file: for `test.after.always`. */
export function killAll(): void {
  for (const child of started) child.kill('SIGKILL');
}

/** Starts the sidecar as a process, on ports that are free, and waits until it serves. */
export async function sidecar(changes: Record<string, string> = {}, program: readonly string[] = command) {
  const home = changes.SEI_HOME ?? temporaryDirectory('home');
  const [tasksPort, publicPort] = [await freePort(), await freePort()];
  const child = launch(
    {
      SEI_CHAIN_ID: 'arctic-1',
      SEI_HOME: home,
      SEI_SIDECAR_PORT: `${tasksPort}`,
      SEI_SIDECAR_PUBLIC_PORT: `${publicPort}`,
      ...changes,
    },
    program,
  );
  started.add(child);
  const lines: string[] = [];
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  await new Promise<void>((resolve, reject) => {
    createInterface(child.stdout).on('line', line => {
      lines.push(line);
      if (line.includes('the sidecar serves')) resolve();
    });
    void exited.then(code => reject(new Error(`it ended with ${code}: ${lines.join('\n')}`)));
  });
  const tasks = `http://127.0.0.1:${tasksPort}`;
  return { home, child, exited, lines, tasksPort, publicPort, tasks, open: `http://127.0.0.1:${publicPort}` };
}

/** Starts it with nothing but this environment. */
export function launch(env: Record<string, string>, program: readonly string[] = command) {
  return spawn(process.execPath, program, { env, stdio: ['ignore', 'pipe', 'inherit'] });
}
