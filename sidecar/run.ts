import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '../core/log.ts';
import { Engine } from './engine/engine.ts';
import { requestReader } from './engine/request.ts';
import { openStore } from './engine/store.ts';
import { type Listener, listen } from './listeners/listener.ts';
import { publicRoutes } from './listeners/public.ts';
import { tasksRoutes } from './listeners/tasks.ts';
import { createMetrics } from './metrics.ts';
import { readSettings, type Settings } from './settings.ts';
import { taskKinds } from './tasks/tasks.ts';

/** A sidecar that serves. */
export type Sidecar = {
  /** Ends in order: nothing more is taken, what is asked is answered, what runs is cut off to be begun again. */
  readonly stop: () => Promise<void>;
};

/**
 * Starts the sidecar: its store, then both listeners, then what a predecessor had begun.
 *
 * @throws where it cannot: the environment, the volume or a port, in one sentence or a line for each fault.
 */
export async function start(environment: NodeJS.ProcessEnv, log: Log, now: () => Date): Promise<Sidecar> {
  const read = readSettings(environment);
  if (!read.ok) throw new Error(read.error);
  const settings = read.value;
  const { home, authn, tasksPort, publicPort } = settings;
  const store = storeIn(home);
  const metrics = createMetrics();
  const engine = new Engine({ store, kinds: taskKinds, context: { settings, log, metrics, now } });
  const failed = (error: unknown) => log.error(error, 'a request failed');
  const listeners: Listener[] = [];
  const stop = async () => {
    await Promise.all([engine.stop(), ...listeners.map(({ close }) => close())]);
    store.close();
  };
  try {
    const tasks = tasksRoutes({ engine, readRequest: requestReader(taskKinds), authn, metrics, log });
    const open = publicRoutes({ engine, checkStore: store.check, metrics });
    listeners.push(await listenAt('SEI_SIDECAR_PORT', tasksAddress(settings), tasks, failed));
    const everywhere = { host: '0.0.0.0', port: publicPort };
    listeners.push(await listenAt('SEI_SIDECAR_PUBLIC_PORT', everywhere, open, failed));
    engine.resume();
  } catch (error) {
    await stop();
    throw error;
  }
  log.info('the sidecar serves', { chain: settings.chainID, home, authn, tasksPort, publicPort });
  return { stop };
}

/** Under trusted-header only the proxy beside it may come (contract §5). */
function tasksAddress({ authn, tasksPort }: Settings): { host: string; port: number } {
  return { host: authn === 'trusted-header' ? '127.0.0.1' : '0.0.0.0', port: tasksPort };
}

function storeIn(home: string) {
  const path = join(home, 'sidecar.db');
  try {
    // Not with its parents: Node never comes back from that below /proc, and a volume has them.
    if (!existsSync(home)) mkdirSync(home);
    return openStore(path);
  } catch (error) {
    throw new Error(
      `the store ${path} cannot be opened: ${messageOf(error)}; SEI_HOME must be a volume with room that this user writes, and no other sidecar`,
    );
  }
}

const causes: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another process listens there',
  EACCES: 'this user may not: it must be above 1023',
};

async function listenAt(
  variable: string,
  ...[address, ...rest]: Parameters<typeof listen>
): Promise<Listener> {
  try {
    return await listen(address, ...rest);
  } catch (error) {
    const cause = causes[(error as NodeJS.ErrnoException).code ?? ''] ?? messageOf(error);
    throw new Error(`cannot listen on ${address.host}:${address.port} (${variable}): ${cause}`);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'it failed';
}
