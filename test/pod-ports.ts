import { createServer, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { defaultTasksPort, proxyPort, publicPort } from '../core/listeners.ts';

const podPorts = [proxyPort, defaultTasksPort, publicPort];

/** What is held until it is let go, or until its process ends. */
export type Held = { readonly release: () => Promise<void> };

/**
 * Takes the ports of the contract at every address of this machine, for pods whose processes listen on them. Stand-ins
 * for sidecars, which listen on some of them at addresses of their own, wait for their end, as we wait for theirs.
 *
 * @param patience milliseconds. @param ports others than the contract's. @throws where somebody else does not leave a port, with the port.
 */
export async function holdPodPorts(patience = 480_000, ports = podPorts): Promise<Held> {
  const deadline = Date.now() + patience;
  for (;;) {
    const held = await holdName();
    const taken = await firstTaken(ports);
    if (taken === undefined) return held;
    // Whoever is there may want the name before the port is left.
    await held.release();
    if (Date.now() > deadline) {
      throw new Error(`port ${taken} is taken by another program of this machine; ss -ltnp says by which`);
    }
    await sleep(500);
  }
}

/** Listens while nobody holds the ports. */
export async function besidePods<T>(listen: () => Promise<T>): Promise<T> {
  const held = await holdName();
  return listen().finally(held.release);
}

/** A name that Linux gives to one process at a time, and takes back however the process ends. */
async function holdName(): Promise<Held> {
  const server = createServer();
  while (!(await listens(server, { path: '\0kubectl-seinode-pod-ports' }))) await sleep(100);
  return { release: () => closed(server) };
}

async function firstTaken(ports: readonly number[]): Promise<number | undefined> {
  for (const port of ports) {
    const server = createServer();
    if (!(await listens(server, { port, host: '0.0.0.0' }))) return port;
    await closed(server);
  }
  return undefined;
}

/** @returns false where somebody else is there. */
export function listens(
  server: Server,
  place: { readonly path: string } | { readonly port: number; readonly host: string },
): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const accept = () => {
      server.off('error', refuse);
      resolve(true);
    };
    const refuse = (error: NodeJS.ErrnoException) => {
      server.off('listening', accept);
      if (error.code === 'EADDRINUSE') resolve(false);
      else reject(error);
    };
    server.once('error', refuse).once('listening', accept).listen(place);
  });
}

function closed(server: Server): Promise<void> {
  return new Promise(resolve => server.close(() => resolve()));
}
