import { proxyPort } from '../../core/listeners.ts';
import type { Pod } from '../kubelet/pod-status.ts';

/** The address at which the stand-in of a pod's sidecar has a port; nothing listens on 8443 where the pod has no proxy. */
export function hostOf(pod: Pod, port: number, address: string): string | null {
  const hasProxy = pod.spec.initContainers?.some(({ name }) => name === 'kube-rbac-proxy');
  return port === proxyPort && !hasProxy ? null : address;
}
