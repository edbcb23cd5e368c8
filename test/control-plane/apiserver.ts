import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { platform } from 'node:process';
import { listens } from '../pod-ports.ts';
import { type API, connectAPI } from './api.ts';
import type { Authority, KeyPair } from './certificates.ts';
import { apiserver } from './commands.ts';
import type { Cluster } from './kubeconfig.ts';
import { type Program, program } from './program.ts';
import type { Supervisor } from './supervise.ts';

/** A running kube-apiserver, and how to talk to it. */
export type Started = { readonly apiserver: Program; readonly cluster: Cluster; readonly api: API };

/**
 * Starts kube-apiserver on a free port. It cannot let the system choose one, so a port that somebody else took in
 * between is exchanged for another.
 *
 * @param choosePort names a port that is free at that moment. @throws where it does not start for another reason.
 */
export async function startAPIServer(
  supervisor: Supervisor,
  path: string,
  { certificate }: Authority,
  admin: KeyPair,
  choosePort: () => Promise<number>,
): Promise<Started> {
  for (let attempt = 1; ; attempt++) {
    const port = await choosePort();
    const cluster = { server: `https://127.0.0.1:${port}`, certificateAuthority: certificate };
    const api = connectAPI(cluster, admin);
    const server = program(supervisor, apiserver(path, supervisor.directory, port, api));
    try {
      await server.start();
      return { apiserver: server, cluster, api };
    } catch (fault) {
      await api.close();
      if (attempt === 3 || !String(fault).includes('address already in use')) {
        throw fault;
      }
    }
  }
}

/**
 * A port below those that systems hand out to clients, so that it is still free at a restart. While this process lives
 * nobody else is given it here (on Linux): who asked for it may need seconds to listen.
 */
export async function freePort(choose = () => randomInt(20_000, 30_000)): Promise<number> {
  const port = choose();
  return (await isKept(port)) && (await isFree(port)) ? port : freePort(choose);
}

async function isKept(port: number): Promise<boolean> {
  if (platform !== 'linux') return true;
  return listens(createServer().unref(), { path: `\0kubectl-seinode-port-${port}` });
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  if (!(await listens(server, { port, host: '127.0.0.1' }))) return false;
  await new Promise(resolve => server.close(resolve));
  return true;
}
