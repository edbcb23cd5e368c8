import { cp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ControlPlane } from '../../control-plane/control-plane.ts';

/**
 * Takes a copy of etcd's data, as of now.
 *
 * @returns what puts it back in place of what etcd has by then: every program of the control plane is stopped for that and
 * started again, as Kubernetes has it (Operating etcd clusters, restoring). resourceVersions go back with it.
 */
export async function copyEtcd(controlPlane: ControlPlane): Promise<() => Promise<void>> {
  const { directory, etcd, apiserver, controllerManager } = controlPlane;
  const [data, copy] = ['etcd', 'etcd-copy'].map(name => join(directory, name)) as [string, string];
  await etcd.stop();
  await cp(data, copy, { recursive: true });
  await etcd.start();
  await apiserver.ready();
  return async () => {
    for (const program of [controllerManager, apiserver, etcd]) await program.stop('SIGKILL');
    await rm(data, { recursive: true });
    await rename(copy, data);
    for (const program of [etcd, apiserver, controllerManager]) await program.start();
  };
}
