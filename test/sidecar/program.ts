import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { temporaryDirectory } from '../directory.ts';

const root = join(import.meta.dirname, '../..');

/** What runs the sidecar, from its source. */
export const command = [join(root, 'sidecar/main.ts'), 'serve'];

/** Starts the sidecar as a process, on ports that are free, and waits until it serves. */
export async function sidecar(changes: Record<string, string> = {}) {
  const home = changes.SEI_HOME ?? temporaryDirectory('home');
  const [tasksPort, publicPort] = [await freePort(), await freePort()];
  const child = launch({
    SEI_CHAIN_ID: 'arctic-1',
    SEI_HOME: home,
    SEI_SIDECAR_PORT: `${tasksPort}`,
    SEI_SIDECAR_PUBLIC_PORT: `${publicPort}`,
    ...changes,
  });
  process.once('exit', () => child.kill('SIGKILL'));
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
export function launch(env: Record<string, string>) {
  return spawn(process.execPath, command, { env, stdio: ['ignore', 'pipe', 'inherit'] });
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
