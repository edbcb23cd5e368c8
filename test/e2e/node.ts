import { conditionOf, type SeiNode } from '../../core/seinode.ts';
import { eventually, type Kubectl, whyNot } from './kubectl.ts';
import { namespaces, secured } from './run.ts';

/** What a pod's kubelet says of it. */
export type NodePod = {
  readonly metadata: { readonly name: string; readonly uid: string };
  readonly spec: { readonly initContainers: readonly Container[]; readonly containers: readonly Container[] };
  readonly status: {
    readonly podIP?: string;
    readonly initContainerStatuses?: readonly ContainerStatus[];
    readonly containerStatuses?: readonly ContainerStatus[];
  };
};
export type Container = {
  readonly name: string;
  readonly restartPolicy?: string;
  readonly startupProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly readinessProbe?: Probe;
};
type Probe = { readonly httpGet?: { readonly port: number } };
export type ContainerStatus = {
  readonly name: string;
  readonly ready: boolean;
  readonly started?: boolean;
  readonly restartCount: number;
  readonly state: {
    readonly running?: { readonly startedAt: string };
    readonly terminated?: { readonly finishedAt: string };
    readonly waiting?: { readonly reason: string; readonly message?: string };
  };
};

/** A node's pod; undefined where there is none. */
export function podOf(kubectl: Kubectl, node: string): Promise<NodePod | undefined> {
  return kubectl.get('pod', `${node}-0`, namespaces.nodes);
}

/** What the kubelet says of the containers, by name; empty where it says nothing. */
export function statusesOf(pod: NodePod | undefined): Readonly<Record<string, ContainerStatus>> {
  const { initContainerStatuses = [], containerStatuses = [] } = pod?.status ?? {};
  return Object.fromEntries([...initContainerStatuses, ...containerStatuses].map(each => [each.name, each]));
}

/** Where a node answers: its name under TLS, or its address. @throws where it has no address. */
export async function addressOf(kubectl: Kubectl, node: string): Promise<string> {
  const address = (await podOf(kubectl, node))?.status.podIP;
  if (address === undefined) throw new Error(`pod ${node}-0 has no address`);
  return address.includes(':') ? `[${address}]` : address;
}

/** The tasks of the node under TLS, through kube-rbac-proxy. */
export const securedURL = `https://${secured}-0.${secured}.${namespaces.nodes}.svc.cluster.local:8443`;

/** Waits until a node runs and its plan is complete. @throws with what its conditions say. */
export function runs(kubectl: Kubectl, name: string): Promise<void> {
  return eventually(kubectl, 180, async () => {
    const node = await kubectl.get<SeiNode>('seinode', name, namespaces.nodes);
    if (node?.status?.phase === 'Running' && node.status.plan?.phase === 'Complete') return undefined;
    const pod = await podOf(kubectl, name);
    const said = conditionOf(node?.status, 'Progressing')?.message ?? 'nothing is said of it';
    return `${name} is ${node?.status?.phase}: ${said}${pod ? whyNot(pod) : ''}`;
  });
}

/** Waits until a condition of the node under TLS is as it should be, such as `False NotFound`. */
export function says(kubectl: Kubectl, type: string, wanted: string, words = /(?:)/): Promise<void> {
  return eventually(kubectl, 120, async () => {
    const node = await kubectl.get<SeiNode>('seinode', secured, namespaces.nodes);
    const { status, reason, message = '' } = conditionOf(node?.status, type) ?? {};
    const isSo = `${status} ${reason}` === wanted && words.test(message);
    return isSo ? undefined : `${type} is ${status} ${reason}: ${message}`;
  });
}

/** The tasks that the sidecar of a node was given: what it logged of them. */
export async function tasksOf(
  { run }: Kubectl,
  node: string,
): Promise<{ readonly id: string; readonly type: string; readonly user?: string }[]> {
  const log = await run(['logs', '-n', namespaces.nodes, `${node}-0`, '-c', 'sei-sidecar']);
  return log
    .split('\n')
    .filter(line => line.startsWith('{'))
    .map(line => JSON.parse(line))
    .filter(({ msg }) => msg === 'a task was submitted');
}
