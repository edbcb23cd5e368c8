import { objectKey } from '../kubernetes.ts';
import { defaultTasksPort, exporterPort, proxyPort, publicPort, seidPorts, tasksPort } from '../listeners.ts';
import { compare } from '../order.ts';
import { resourceLabels } from '../resources/labels.ts';
import { podName } from '../resources/names.ts';
import { containerPort } from '../resources/port.ts';
import { type SeiNode, tlsSecretName } from '../seinode.ts';
import type { NetworkPod } from './network.ts';
import type { Labels } from './network-policy.ts';
import type { NetworkTarget } from './question.ts';

/** A port that is asked about, and what it is for. */
export type GuardedPort = NetworkTarget['ports'][number];

/** A pod of a node, and the ports of it that are asked about. */
export type Target = {
  readonly namespace: string;
  /** The pod's. */
  readonly name: string;
  /** The node's: a SeiNode, or what the pod's label says. */
  readonly node: string;
  readonly labels: Labels;
  readonly hostNetwork: boolean;
  readonly containers: NetworkTarget['containers'];
  readonly initContainers: NetworkTarget['initContainers'];
  readonly addresses: readonly string[];
  readonly ports: readonly GuardedPort[];
};

/**
 * The pods that people ask about, sorted: every pod with the label `sei.io/node`, and for each node without its pod
 * `NAME-0` the pod that it would make (contract §4).
 */
export function targetsOf(nodes: readonly SeiNode[], pods: readonly NetworkPod[]): Target[] {
  const byKey = new Map(
    nodes.map(node => [objectKey(node.metadata.namespace, node.metadata.name), node] as const),
  );
  const owned = new Map(
    nodes.map(node => [objectKey(node.metadata.namespace, podName(node)), node] as const),
  );
  const live = pods.flatMap(pod => {
    const { namespace, name, labels = {} } = pod.metadata;
    const node =
      owned.get(objectKey(namespace, name)) ?? byKey.get(objectKey(namespace, labels[label] ?? ''));
    return node === undefined && labels[label] === undefined ? [] : [liveTarget(pod, node)];
  });
  const there = new Set(live.map(({ namespace, name }) => objectKey(namespace, name)));
  const missing = [...owned].filter(([key]) => !there.has(key)).map(([, node]) => futureTarget(node));
  return [...live, ...missing].toSorted((a, b) => compare(targetKey(a), targetKey(b)));
}

const label = 'sei.io/node';

/** `NAMESPACE/POD` */
export function targetKey({ namespace, name }: Pick<Target, 'namespace' | 'name'>): string {
  return objectKey(namespace, name);
}

/** The ports of a node that only some may reach: its tasks, behind the proxy under TLS, and the public listener. */
export function guardedPorts(node: SeiNode): GuardedPort[] {
  return guarded(tlsSecretName(node) === undefined ? tasksPort(node) : proxyPort);
}

/** A pod whose node is not in sight, with the ports that only some may reach as the names of its ports tell. */
export function targetWithoutNode(pod: NetworkPod): Target {
  const target = liveTarget(pod, undefined);
  return { ...target, ports: guarded(tasksPortOf(target)) };
}

/** A report says 8443 of every pod, also where nothing answers there and nobody guards it. */
function reported(ports: readonly GuardedPort[]): GuardedPort[] {
  const missing = ports.some(({ port }) => port === proxyPort) ? [] : [{ port: proxyPort }];
  return [...ports, ...missing].toSorted((a, b) => a.port - b.port);
}

function guarded(tasks: number): GuardedPort[] {
  return [
    { port: tasks, guard: 'tasks' },
    { port: publicPort, guard: 'public' },
  ];
}

function liveTarget({ metadata, spec = {}, status }: NetworkPod, node: SeiNode | undefined): Target {
  const { namespace, name, labels = {} } = metadata;
  const { containers = [], initContainers = [], hostNetwork = false } = spec;
  const target = {
    namespace,
    name,
    node: node?.metadata.name ?? labels[label] ?? name,
    labels,
    hostNetwork,
    containers,
    initContainers,
    addresses: addressesOf(status),
  };
  return { ...target, ports: reported(node ? guardedPorts(node) : guarded(tasksPortOf(target))) };
}

/** The addresses of a pod; none before it has any. */
export function addressesOf(status: NetworkPod['status']): string[] {
  const { podIP, podIPs = [] } = status ?? {};
  return [...new Set([...(podIP ? [podIP] : []), ...podIPs.map(({ ip }) => ip)])];
}

/** Of a pod whose node is not in sight: what names its ports say. */
function tasksPortOf({ containers, initContainers }: Pick<Target, 'containers' | 'initContainers'>): number {
  const ports = [...initContainers, ...containers].flatMap(({ ports = [] }) => ports);
  const named = (name: string) => ports.find(port => port.name === name)?.containerPort;
  return named('api') ?? named('sidecar') ?? defaultTasksPort;
}

/** The pod that a node would make; its ports are those of core/resources, held equal by a test. */
function futureTarget(node: SeiNode): Target {
  return {
    namespace: node.metadata.namespace,
    name: podName(node),
    node: node.metadata.name,
    labels: resourceLabels(node),
    hostNetwork: false,
    containers: futureContainers,
    initContainers: futureInitContainers(tasksPort(node), tlsSecretName(node) !== undefined),
    addresses: [],
    ports: reported(guardedPorts(node)),
  };
}

const futureContainers: Target['containers'] = [
  { ports: Object.entries(seidPorts).map(([name, port]) => containerPort(name, port)) },
  { ports: [containerPort('cosmos-metrics', exporterPort)] },
];

/** Those of a port, made once: thousands of nodes differ in nothing else, and what is the same object is compared at once. */
const madeInitContainers = new Map<
  number,
  readonly [plain: Target['initContainers'], tls: Target['initContainers']]
>();

function futureInitContainers(tasks: number, isTLS: boolean): Target['initContainers'] {
  let made = madeInitContainers.get(tasks);
  if (made === undefined) {
    const native = { restartPolicy: 'Always' };
    const plain = [
      { ...native, ports: [containerPort('sidecar', tasks), containerPort('public', publicPort)] },
    ];
    made = [plain, [...plain, { ...native, ports: [containerPort('api', proxyPort)] }]];
    madeInitContainers.set(tasks, made);
  }
  return made[isTLS ? 1 : 0];
}
