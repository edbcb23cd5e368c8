import { proxyArguments, proxyPort } from '../listeners.ts';
import { type SeiNode, tlsSecretName } from '../seinode.ts';
import type { Settings } from '../settings.ts';
import { containerPort } from './port.ts';
import { readOnly } from './security-context.ts';
import type { Container } from './types.ts';
import { proxyMounts } from './volumes.ts';

/**
 * The native sidecar that answers on 8443, none where TLS is off. Every path behind it asks for a token, which the
 * kubelet has not: its probes only connect. The startup probe leaves five minutes for the Secret to be projected.
 */
export function proxy(node: SeiNode, settings: Settings): Container[] {
  if (tlsSecretName(node) === undefined) return [];
  const connects = { tcpSocket: { port: proxyPort }, initialDelaySeconds: 5 };
  return [
    {
      name: 'kube-rbac-proxy',
      image: settings.SEI_KUBE_RBAC_PROXY_IMAGE ?? '',
      restartPolicy: 'Always',
      args: proxyArguments(node),
      ports: [containerPort('api', proxyPort)],
      volumeMounts: proxyMounts,
      securityContext: readOnly,
      startupProbe: { ...connects, periodSeconds: 5, failureThreshold: 60 },
      livenessProbe: { ...connects, periodSeconds: 10, failureThreshold: 3 },
    },
  ];
}
