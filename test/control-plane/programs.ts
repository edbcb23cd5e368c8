import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDirectory } from '../../scripts/opa.ts';

/** The programs of the control plane, each with its path. */
export type Programs = Readonly<
  Record<'etcd' | 'kube-apiserver' | 'kube-controller-manager' | 'kubectl', string>
>;

const kubernetesVersion = 'v1.36.3';
const etcdVersion = 'v3.6.8';

/** Finds the programs. @returns undefined where there are none. */
export function findPrograms(): Programs | undefined {
  const found = (name: string, version: string) => {
    const paths = [
      process.env.KUBEBUILDER_ASSETS && join(process.env.KUBEBUILDER_ASSETS, name),
      join(cacheDirectory(), version, name),
    ];
    return paths.find(path => path && existsSync(path)) as string;
  };
  return {
    etcd: found('etcd', `etcd-${etcdVersion}`),
    'kube-apiserver': found('kube-apiserver', `kubernetes-${kubernetesVersion}`),
    'kube-controller-manager': found('kube-controller-manager', `kubernetes-${kubernetesVersion}`),
    kubectl: found('kubectl', `kubernetes-${kubernetesVersion}`),
  };
}
