import { randomInt } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { load } from 'js-yaml';
import { type API, connectAPI } from './api.ts';
import { type Authority, createAuthority, generateKey, type KeyPair } from './certificates.ts';
import { apiserver, controllerManager, etcd, files } from './commands.ts';
import { type Cluster, writeKubeconfig } from './kubeconfig.ts';
import { type Program, program } from './program.ts';
import type { Programs } from './programs.ts';
import { type Supervisor, supervise } from './supervise.ts';

/** A running control plane: a real API server with its controllers, and no node. */
export type ControlPlane = {
  /** Where its data, certificates and logs (`kube-apiserver.log` and its like) are; gone after `stop`. */
  readonly directory: string;
  /** `https://127.0.0.1:PORT`, the same after a restart. */
  readonly server: string;
  /** A kubeconfig of a member of system:masters. */
  readonly kubeconfig: string;
  /** Issues a client certificate. @returns a kubeconfig of that user, who may do nothing until RBAC says so. */
  readonly userKubeconfig: (name: string, groups?: readonly string[]) => Promise<string>;
  /** Mints a token for an existing ServiceAccount. @returns a kubeconfig that holds it. */
  readonly serviceAccountKubeconfig: (namespace: string, name: string) => Promise<string>;
  readonly etcd: Program;
  readonly apiserver: Program;
  readonly controllerManager: Program;
  /** Ends the programs and removes the directory. This happens by itself where this process ends. */
  readonly stop: () => Promise<void>;
};

/**
 * Starts etcd, kube-apiserver and kube-controller-manager and applies the SeiNode CRD that existing clusters have.
 *
 * @throws where a program ends before it answers, with the end of its log.
 */
export async function startControlPlane(programs: Programs): Promise<ControlPlane> {
  const supervisor = await supervise();
  try {
    return await start(supervisor, programs);
  } catch (fault) {
    await supervisor.stop();
    throw fault;
  }
}

async function start(supervisor: Supervisor, programs: Programs): Promise<ControlPlane> {
  const { directory } = supervisor;
  const store = program(supervisor, etcd(programs.etcd, directory));
  const [authority] = await Promise.all([writeCertificates(directory), store.start()]);
  const admin = await authority.issue({ commonName: 'admin', organizations: ['system:masters'] });
  const front = await startAPIServer(supervisor, programs, authority, admin);
  const { cluster, api } = front;
  const userKubeconfig = users(directory, cluster, authority);
  const controllers = program(
    supervisor,
    controllerManager(
      programs['kube-controller-manager'],
      directory,
      await userKubeconfig('system:kube-controller-manager'),
      api,
    ),
  );
  await Promise.all([controllers.start(), applyCRD(api)]);
  return {
    directory,
    server: cluster.server,
    kubeconfig: writeKubeconfig(join(directory, 'admin.kubeconfig'), cluster, admin),
    userKubeconfig,
    serviceAccountKubeconfig: serviceAccounts(directory, cluster, api),
    etcd: store,
    apiserver: front.program,
    controllerManager: controllers,
    stop: async () => {
      await api.close();
      await supervisor.stop();
    },
  };
}

async function writeCertificates(directory: string): Promise<Authority> {
  const [authority, serviceAccountKey] = await Promise.all([createAuthority('control-plane'), generateKey()]);
  const names = ['localhost', 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc'];
  const serving = await authority.issue({ commonName: 'kube-apiserver' }, names, ['127.0.0.1']);
  const write = (file: string, text: string) => writeFileSync(join(directory, file), text, { mode: 0o600 });
  write(files.authority, authority.certificate);
  write(files.servingCertificate, serving.certificate);
  write(files.servingKey, serving.key);
  write(files.serviceAccountKey, serviceAccountKey.privateKey);
  return authority;
}

type Front = { readonly program: Program; readonly cluster: Cluster; readonly api: API };

/** It cannot choose a port itself; one that was taken meanwhile is exchanged for another. */
async function startAPIServer(
  supervisor: Supervisor,
  programs: Programs,
  authority: Authority,
  admin: KeyPair,
): Promise<Front> {
  const path = programs['kube-apiserver'];
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const cluster = {
      server: `https://127.0.0.1:${port}`,
      certificateAuthority: authority.certificate,
    };
    const api = connectAPI(cluster, admin);
    const server = program(supervisor, apiserver(path, supervisor.directory, port, api));
    try {
      await server.start();
      return { program: server, cluster, api };
    } catch (fault) {
      await api.close();
      if (attempt === 3 || !/address already in use/.test(String(fault))) {
        throw fault;
      }
    }
  }
}

/** Below the ports that systems hand out to clients, so that it is still free after a restart. */
async function freePort(): Promise<number> {
  const port = randomInt(20_000, 30_000);
  const server = createServer();
  const free = await new Promise<boolean>(resolve => {
    server.on('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true));
  });
  await new Promise(resolve => server.close(resolve));
  return free ? port : freePort();
}

async function applyCRD(api: API): Promise<void> {
  const file = join(import.meta.dirname, 'crds/sei.io_seinodes.yaml');
  const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
  const crd = load(readFileSync(file, 'utf8')) as { metadata: { name: string } };
  const { status, body } = await api.call('POST', path, crd);
  if (status !== 201) {
    throw new Error(`the CRD was refused: ${JSON.stringify(body)}`);
  }
  while (!isEstablished((await api.call('GET', `${path}/${crd.metadata.name}`)).body)) {
    await sleep(50);
  }
}

function isEstablished(crd: unknown): boolean {
  const { status } = crd as { status?: { conditions?: { type: string; status: string }[] } };
  return status?.conditions?.some(({ type, status }) => type === 'Established' && status === 'True') ?? false;
}

function users(directory: string, cluster: Cluster, authority: Authority): ControlPlane['userKubeconfig'] {
  let count = 0;
  return async (commonName, organizations = []) => {
    const credential = await authority.issue({ commonName, organizations });
    return writeKubeconfig(join(directory, `user-${count++}.kubeconfig`), cluster, credential);
  };
}

function serviceAccounts(
  directory: string,
  cluster: Cluster,
  api: API,
): ControlPlane['serviceAccountKubeconfig'] {
  let count = 0;
  return async (namespace, name) => {
    const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`;
    const { status, body } = await api.call('POST', path, { spec: {} });
    if (status !== 201) {
      throw new Error(`no token for the ServiceAccount ${namespace}/${name}: ${JSON.stringify(body)}`);
    }
    const { token } = (body as { status: { token: string } }).status;
    return writeKubeconfig(join(directory, `account-${count++}.kubeconfig`), cluster, { token });
  };
}
