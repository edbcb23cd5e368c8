import { proxyConfigDirectory, proxyTLSDirectory } from '../listeners.ts';
import { type SeiNode, tlsSecretName } from '../seinode.ts';
import { dataClaimName, proxyConfigName } from './names.ts';
import type { Volume, VolumeMount } from './types.ts';
import { keyVolumes } from './validator-keys.ts';

/** Where the chain is, in every container that sees it: SEI_HOME and HOME. */
export const home = '/.sei';

/** The chain. */
export const dataMount: VolumeMount = { name: 'data', mountPath: home };
/** Scratch space for what has a read-only root. */
export const tmpMount: VolumeMount = { name: 'sidecar-tmp', mountPath: '/tmp' };
/** What kube-rbac-proxy reads. */
export const proxyMounts: readonly VolumeMount[] = [
  { name: 'rbac-proxy-config', mountPath: proxyConfigDirectory, readOnly: true },
  { name: 'sidecar-tls', mountPath: proxyTLSDirectory, readOnly: true },
];

/** The volumes of a node's pod. */
export function volumesOf(node: SeiNode): Volume[] {
  return [
    { name: dataMount.name, persistentVolumeClaim: { claimName: dataClaimName(node) } },
    { name: tmpMount.name, emptyDir: {} },
    ...keyVolumes(node),
    ...proxyVolumes(node),
  ];
}

function proxyVolumes(node: SeiNode): Volume[] {
  const secretName = tlsSecretName(node);
  return secretName === undefined
    ? []
    : [
        { name: 'rbac-proxy-config', configMap: { name: proxyConfigName(node) } },
        { name: 'sidecar-tls', secret: { secretName, defaultMode: 0o400 } },
      ];
}
