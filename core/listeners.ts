import { type SeiNode, tlsSecretName } from './seinode.ts';

/** kube-rbac-proxy in front of the tasks listener, under TLS only (contract §4). */
export const proxyPort = 8443;
/** Health and metrics, without authentication (contract §5). */
export const publicPort = 9100;
/** The tasks listener where spec.sidecar.port does not move it. */
export const defaultTasksPort = 7777;
/** Where cosmos-exporter answers to Prometheus. */
export const exporterPort = 9300;

/** Where seid answers, by the names of its ports (contract §4). */
export const seidPorts = {
  'evm-rpc': 8545,
  'evm-ws': 8546,
  grpc: 9090,
  rest: 1317,
  p2p: 26656,
  rpc: 26657,
  metrics: 26660,
} as const;

/** What liveness means on the public port: the sidecar's store works. */
export const livenessPath = '/v0/livez';
/** What readiness means there, and that seid may start: mark-ready has come. */
export const readinessPath = '/v0/healthz';

/** Where kube-rbac-proxy finds its configuration, and certificate and key. */
export const proxyConfigDirectory = '/etc/kube-rbac-proxy';
export const proxyTLSDirectory = '/etc/tls';

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
  { container: 'sei-sidecar', probe: 'liveness', path: livenessPath },
  { container: 'sei-sidecar', probe: 'readiness', path: readinessPath },
  { container: 'seid', probe: 'startup', path: readinessPath },
] as const;

/** The arguments of kube-rbac-proxy (contract §4); it ignores no path, so that all of 8443 asks for authorisation. */
export function proxyArguments(node: SeiNode): string[] {
  return [
    `--secure-listen-address=0.0.0.0:${proxyPort}`,
    `--upstream=http://127.0.0.1:${tasksPort(node)}/`,
    `--config-file=${proxyConfigDirectory}/config.yaml`,
    `--tls-cert-file=${proxyTLSDirectory}/tls.crt`,
    `--tls-private-key-file=${proxyTLSDirectory}/tls.key`,
    '--tls-reload-interval=30s',
    '--auth-header-fields-enabled=true',
    '--v=0',
  ];
}

/** The port of a node's tasks listener; zero counts as absent, as the CRD lets it be written. */
export function tasksPort(node: SeiNode): number {
  return node.spec.sidecar?.port || defaultTasksPort;
}

/** Who answers on each port of the pod that spec.sidecar.port must leave alone; the proxy's with and without TLS. */
export const takenPorts: ReadonlyMap<number, string> = new Map([
  ...Object.entries(seidPorts).map(([name, port]) => [port, `seid's ${name}`] as const),
  [proxyPort, 'kube-rbac-proxy'],
  [publicPort, "the sidecar's public listener"],
  [exporterPort, 'cosmos-exporter'],
]);
