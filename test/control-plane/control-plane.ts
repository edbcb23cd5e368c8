import { join } from 'node:path';
import type { API } from './api.ts';
import { freePort, startAPIServer } from './apiserver.ts';
import { controllerManager, etcd } from './commands.ts';
import { applyCRD } from './crd.ts';
import { serviceAccounts, users, writeCertificates } from './credentials.ts';
import { writeKubeconfig } from './kubeconfig.ts';
import { type Kubectl, kubectl } from './kubectl.ts';
import { type Program, program } from './program.ts';
import type { Programs } from './programs.ts';
import { type Supervisor, supervise } from './supervise.ts';

/** A running control plane: a real API server with its controllers, and no node. */
export type ControlPlane = {
  /** Its data, certificates and logs (`kube-apiserver.log` and its like); gone after `stop`. */
  readonly directory: string;
  /** `https://127.0.0.1:PORT`, the same after a restart. */
  readonly server: string;
  /** A kubeconfig of a member of system:masters. */
  readonly kubeconfig: string;
  /** Issues a client certificate. @returns a kubeconfig of that user, who may do what RBAC gives to name or groups. */
  readonly userKubeconfig: (name: string, groups?: readonly string[]) => Promise<string>;
  /**
   * Mints a token for an existing ServiceAccount. @param pod that it is bound to: it ends with that. @returns a kubeconfig
   * that holds it. @throws where there is none.
   */
  readonly serviceAccountKubeconfig: (
    namespace: string,
    name: string,
    pod?: { readonly name: string; readonly uid: string },
  ) => Promise<string>;
  /** Asks the API server without kubectl, as the member of system:masters: for many objects at once. */
  readonly call: API['call'];
  /** Runs the real kubectl, as the member of system:masters unless a kubeconfig is given. */
  readonly kubectl: Kubectl;
  readonly etcd: Program;
  readonly apiserver: Program;
  readonly controllerManager: Program;
  /** The process that owns the programs, and runs more of them. */
  readonly supervisor: Supervisor;
  /** Kills the programs and removes the directory. This happens by itself where this process ends. */
  readonly stop: () => Promise<void>;
};

/**
 * Starts etcd, kube-apiserver and kube-controller-manager and applies the SeiNode CRD that existing clusters have.
 *
 * @param choosePort names a port for kube-apiserver. @throws where a program ends before it answers, with the end of its log; nothing is left then.
 */
export async function startControlPlane(
  programs: Programs,
  choosePort: () => Promise<number> = freePort,
): Promise<ControlPlane> {
  const supervisor = await supervise();
  try {
    return await start(supervisor, programs, choosePort);
  } catch (fault) {
    await supervisor.stop();
    throw fault;
  }
}

async function start(
  supervisor: Supervisor,
  programs: Programs,
  choosePort: () => Promise<number>,
): Promise<ControlPlane> {
  const { directory } = supervisor;
  const store = program(supervisor, etcd(programs.etcd, directory));
  const [authority] = await Promise.all([writeCertificates(directory), store.start()]);
  const admin = await authority.issue({ commonName: 'admin', organizations: ['system:masters'] });
  const { apiserver, cluster, api } = await startAPIServer(
    supervisor,
    programs['kube-apiserver'],
    authority,
    admin,
    choosePort,
  );
  const userKubeconfig = users(directory, cluster, authority);
  const command = controllerManager(
    programs['kube-controller-manager'],
    directory,
    await userKubeconfig('system:kube-controller-manager'),
    api,
  );
  const controllers = program(supervisor, command);
  await Promise.all([controllers.start(), applyCRD(api)]);
  const kubeconfig = writeKubeconfig(join(directory, 'admin.kubeconfig'), cluster, admin);
  const stop = async () => {
    await api.close();
    await supervisor.stop();
  };
  return {
    directory,
    server: cluster.server,
    kubeconfig,
    userKubeconfig,
    serviceAccountKubeconfig: serviceAccounts(directory, cluster, api),
    call: api.call,
    kubectl: kubectl(programs.kubectl, directory, kubeconfig),
    etcd: store,
    apiserver,
    controllerManager: controllers,
    supervisor,
    stop,
  };
}
