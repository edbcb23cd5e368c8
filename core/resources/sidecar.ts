import { livenessPath, publicPort, readinessPath, tasksPort } from '../listeners.ts';
import { type SeiNode, tlsSecretName } from '../seinode.ts';
import type { Settings } from '../settings.ts';
import { containerPort } from './port.ts';
import { requirementsOf } from './requirements.ts';
import { readOnly } from './security-context.ts';
import type { Container, EnvVar } from './types.ts';
import { keyringEnv, keyringMounts } from './validator-keys.ts';
import { dataMount, home, tmpMount } from './volumes.ts';

/**
 * The native sidecar that runs a plan's tasks. It has no startup probe: one would hold back kube-rbac-proxy, through
 * which the mark-ready comes that it would wait for (contract §4).
 */
export function sidecar(node: SeiNode, settings: Settings): Container {
  return {
    name: 'sei-sidecar',
    image: node.spec.sidecar?.image || settings.SEI_SIDECAR_IMAGE,
    command: ['seictl', 'serve'],
    restartPolicy: 'Always',
    env: [...environment(node, settings), ...keyringEnv(node)],
    ports: [containerPort('sidecar', tasksPort(node)), containerPort('public', publicPort)],
    volumeMounts: [dataMount, tmpMount, ...keyringMounts(node, home)],
    securityContext: readOnly,
    ...requirementsOf(node),
    livenessProbe: {
      httpGet: { path: livenessPath, port: publicPort },
      initialDelaySeconds: 5,
      periodSeconds: 10,
      failureThreshold: 3,
    },
    readinessProbe: {
      httpGet: { path: readinessPath, port: publicPort },
      initialDelaySeconds: 2,
      periodSeconds: 5,
      failureThreshold: 6,
    },
  };
}

function environment(node: SeiNode, settings: Settings): EnvVar[] {
  const values = {
    SEI_CHAIN_ID: node.spec.chainId,
    SEI_SIDECAR_PORT: String(tasksPort(node)),
    SEI_SIDECAR_PUBLIC_PORT: String(publicPort),
    SEI_HOME: home,
    SEI_GENESIS_BUCKET: settings.SEI_GENESIS_BUCKET,
    SEI_GENESIS_REGION: settings.SEI_GENESIS_REGION,
    SEI_SNAPSHOT_BUCKET: settings.SEI_SNAPSHOT_BUCKET,
    SEI_SNAPSHOT_REGION: settings.SEI_SNAPSHOT_REGION,
    // Binds the tasks listener to loopback and believes in the proxy's X-Remote-User (contract §5).
    ...(tlsSecretName(node) !== undefined && { SEI_SIDECAR_AUTHN_MODE: 'trusted-header' }),
  };
  return Object.entries(values).map(([name, value]) => ({ name, value }));
}
