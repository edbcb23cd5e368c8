import { type SeiNode, tlsSecretName } from './seinode.ts';

/** kube-rbac-proxy in front of the tasks listener, under TLS only (contract §4). */
export const proxyPort = 8443;
/** Health and metrics, without authentication (contract §5). */
export const publicPort = 9100;
/** The tasks listener where spec.sidecar.port does not move it. */
export const defaultTasksPort = 7777;

/** A port that a node's sidecar answers on. */
export type Listener = {
  readonly port: number;
  /** The container port's name. */
  readonly name: 'api' | 'sidecar' | 'public';
  /** The address it binds. */
  readonly address: '0.0.0.0' | '127.0.0.1';
  readonly serves: string;
};

/** The listeners of the pod that a node makes (contract §5). */
export function listenersOf(node: SeiNode): Listener[] {
  const tls = tlsSecretName(node) !== undefined;
  const tasks: Listener = {
    port: tasksPort(node),
    name: 'sidecar',
    address: tls ? '127.0.0.1' : '0.0.0.0',
    serves: tls ? 'tasks, behind the proxy' : 'tasks, without authentication',
  };
  const proxy: Listener = {
    port: proxyPort,
    name: 'api',
    address: '0.0.0.0',
    serves: 'tasks, TLS and authorisation by kube-rbac-proxy',
  };
  const open: Listener = {
    port: publicPort,
    name: 'public',
    address: '0.0.0.0',
    serves: 'health and metrics',
  };
  return tls ? [proxy, tasks, open] : [tasks, open];
}

/** The kubelet's probes (contract §4): all on the public port, the startup probe on seid. */
export const probes = [
  { container: 'sei-sidecar', probe: 'liveness', path: '/v0/livez' },
  { container: 'sei-sidecar', probe: 'readiness', path: '/v0/healthz' },
  { container: 'seid', probe: 'startup', path: '/v0/healthz' },
] as const;

/** The arguments of kube-rbac-proxy (contract §4); it ignores no path, so that all of 8443 asks for authorisation. */
export function proxyArguments(node: SeiNode): string[] {
  return [
    `--secure-listen-address=0.0.0.0:${proxyPort}`,
    `--upstream=http://127.0.0.1:${tasksPort(node)}/`,
    '--config-file=/etc/kube-rbac-proxy/config.yaml',
    '--tls-cert-file=/etc/tls/tls.crt',
    '--tls-private-key-file=/etc/tls/tls.key',
    '--tls-reload-interval=30s',
    '--auth-header-fields-enabled=true',
    '--v=0',
  ];
}

function tasksPort(node: SeiNode): number {
  return node.spec.sidecar?.port ?? defaultTasksPort;
}
