import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import pLimit from 'p-limit';
import { request } from 'undici';
import { type KubernetesObject, objectKey } from '../../core/kubernetes.ts';
import { taskKind } from '../../core/plan/tasks.ts';
import { requiredDNSNames, type SeiNode } from '../../core/seinode.ts';
import { createAuthority, generateKey, type KeyPair } from '../control-plane/certificates.ts';
import type { ControlPlane } from '../control-plane/control-plane.ts';
import { environment } from '../core/resources/nodes.ts';
import { type FaultProxy, startFaultProxy } from '../faults/proxy/proxy.ts';
import type { Seen } from '../faults/proxy/seen.ts';
import { type Kubelet, startKubelet } from '../kubelet/kubelet.ts';
import type { Pod } from '../kubelet/pod-status.ts';
import { directory as manifests } from '../operator/manifests.ts';
import { type Operator, operator } from '../operator/program.ts';
import { resolver, type Sidecars, type SidecarsOptions, startSidecars } from '../sidecars/sidecars.ts';
import type { Fate } from '../sidecars/tasks.ts';
import { inNamespace } from './webhook-bed.ts';

/** An operator of its own way to the API server, and its log. */
export type FaultyOperator = Operator & {
  readonly proxy: FaultProxy;
  /** What was asked over its way that is no reading, its Lease and Events apart. */
  readonly writes: () => readonly Seen[];
  /** The errors in its log, of all its runs. */
  readonly errors: () => readonly string[];
  /** The sum of what its metrics say of a name; NaN where they say nothing. @param start of a line. */
  readonly metric: (start: string) => Promise<number>;
  /** Kills it and ends its way. */
  readonly end: () => Promise<void>;
};

/** Nodes, and what is around them: pods that run, sidecars, certificates. */
export type Fleet = {
  readonly sidecars: Sidecars;
  /** Makes a namespace with so many nodes n0, n1, … and a Secret for each. @param spec more of each node's. */
  readonly create: (namespace: string, count: number, spec?: object) => Promise<void>;
  readonly secret: (namespace: string, name: string) => Promise<object>;
  readonly nodes: (namespace: string) => Promise<readonly SeiNode[]>;
  readonly areAll: (phase: string, namespace: string) => Promise<boolean>;
  /** UIDs of claims, StatefulSets, Services and pods. */
  readonly uids: (namespace: string) => Promise<readonly string[]>;
  /** A task runs on for as long as this says so of it; else it is completed at once. */
  fate: (node: string, type: string) => Fate;
  /** Whether a sidecar passes its readiness probe; else all of them do. The kubelet looks as a task comes, and by `probe`. */
  isUp: (node: string) => boolean;
  readonly probe: () => void;
  readonly stop: () => Promise<void>;
};

const account = ['sei-k8s-controller-system', 'sei-k8s-controller-manager'] as const;
const main = join(import.meta.dirname, '../../operator/main.ts');

/** Makes what an operator needs of a cluster. */
export async function install({ kubectl }: ControlPlane, t: ExecutionContext): Promise<void> {
  const files = ['namespace.yaml', 'crd', 'rbac'].flatMap(file => ['-f', join(manifests, file)]);
  const { code, stderr } = await kubectl(['apply', '--server-side', '--force-conflicts', ...files]);
  t.is(code, 0, stderr);
}

/** Describes an operator from source, as its own account. */
export async function faultyOperator(
  controlPlane: ControlPlane,
  sidecars: Sidecars,
  {
    name = 'operator',
    flags = [] as readonly string[],
    environment = {} as Readonly<Record<string, string>>,
  } = {},
): Promise<FaultyOperator> {
  const file = await controlPlane.serviceAccountKubeconfig(...account);
  const proxy = await startFaultProxy({ kubeconfig: file, directory: controlPlane.directory });
  const kubeconfig = join(controlPlane.directory, `${name}.kubeconfig`);
  writeFileSync(kubeconfig, inNamespace(readFileSync(proxy.kubeconfig, 'utf8')));
  const command = [process.execPath, '--require', resolver, main];
  const described = await operator(controlPlane, {
    ...{ name, kubeconfig, command, flags, environment },
    sidecars: sidecars.address,
  });
  return {
    ...described,
    proxy,
    writes: () =>
      proxy.seen.filter(({ method, path }) => method !== 'GET' && !/\/(leases|events)\b/.test(path)),
    errors: () =>
      readFileSync(join(controlPlane.directory, `${name}.log`), 'utf8')
        .split('\n')
        .filter(line => line !== '' && !line.startsWith('{"level":"info"')),
    metric: async start => {
      const { body } = await request(`${described.metrics}/metrics`);
      const lines = (await body.text()).split('\n').filter(line => line.startsWith(start));
      return lines.length === 0
        ? Number.NaN
        : lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
    },
    end: async () => {
      await described.stop('SIGKILL');
      proxy.close();
    },
  };
}

/** Starts a kubelet and sidecars for nodes to come. */
export async function startFleet(
  controlPlane: ControlPlane,
  asked?: SidecarsOptions['asked'],
): Promise<Fleet> {
  const { call } = controlPlane;
  const [authority, key] = await Promise.all([createAuthority('fleet'), generateKey()]);
  const pairs = new Map<string, KeyPair>();
  let kubelet: Kubelet | undefined;
  const fleet = { fate: (): Fate => 'completed', isUp: () => true } as unknown as Fleet;
  const sidecars = await startSidecars({
    pairOf: node => pairs.get(node),
    fateOf: (node, { type }) => fleet.fate(node, type),
    ...(asked && { asked }),
    taken: () => kubelet?.probe(),
  });
  kubelet = await startKubelet(controlPlane, {
    ready: pod => fleet.isUp(nodeOf(pod)),
    // A bootstrap reaches its height as soon as it is let.
    exited: pod => (sidecars.isReady(nodeOf(pod)) ? 0 : undefined),
  });
  const items = async (path: string) =>
    ((await call('GET', path)).body as { items: readonly KubernetesObject[] }).items;
  const nodes: Fleet['nodes'] = async namespace =>
    (await items(`/apis/sei.io/v1alpha1/namespaces/${namespace}/seinodes`)) as readonly SeiNode[];
  const secret: Fleet['secret'] = async (namespace, name) => {
    const names = requiredDNSNames(name, namespace);
    const pair = await authority.issue({ commonName: name }, names, [], key);
    pairs.set(objectKey(namespace, name), pair);
    return {
      metadata: { name: `${name}-tls` },
      type: 'kubernetes.io/tls',
      stringData: { 'tls.crt': pair.certificate, 'tls.key': pair.key, 'ca.crt': authority.certificate },
    };
  };
  const create: Fleet['create'] = async (namespace, count, spec = {}) => {
    const names = Array.from({ length: count }, (_, index) => `n${index}`);
    const accounts = `/api/v1/namespaces/${namespace}/serviceaccounts`;
    await call('POST', '/api/v1/namespaces', { metadata: { name: namespace } });
    await call('POST', accounts, { metadata: { name: environment.SEI_SERVICE_ACCOUNT } });
    await pLimit(16).map(names, async name => {
      await call('POST', `/api/v1/namespaces/${namespace}/secrets`, await secret(namespace, name));
      await call('POST', `/apis/sei.io/v1alpha1/namespaces/${namespace}/seinodes`, seiNode(name, spec));
    });
  };
  return Object.assign(fleet, {
    ...{ sidecars, create, secret, nodes, probe: kubelet.probe },
    areAll: async (phase: string, namespace: string) =>
      (await nodes(namespace)).every(({ status }) => status?.phase === phase),
    uids: async (namespace: string) => {
      const kinds = ['persistentvolumeclaims', 'pods', 'services'].map(
        kind => `/api/v1/namespaces/${namespace}/${kind}`,
      );
      const all = [...kinds, `/apis/apps/v1/namespaces/${namespace}/statefulsets`].map(items);
      return (await Promise.all(all)).flat().map(({ metadata }) => metadata.uid ?? '');
    },
    stop: async () => {
      await Promise.all([kubelet?.stop(), sidecars.close()]);
    },
  });
}

function nodeOf({ metadata: { namespace, labels } }: Pod): string {
  return objectKey(namespace, labels?.['sei.io/node'] ?? '');
}

/** A node under TLS. */
export function seiNode(name: string, spec: object = {}): object {
  return {
    apiVersion: 'sei.io/v1alpha1',
    kind: 'SeiNode',
    metadata: { name },
    spec: {
      ...{ chainId: 'arctic-1', image: 'sei:v6.3.0', fullNode: {} },
      sidecar: { tls: { secretName: `${name}-tls` } },
      ...spec,
    },
  };
}

/** Each task of a node's plan was sent to its sidecar under one id: that of the plan that its status has. */
export function oncePerTask(t: ExecutionContext, { sidecars }: Fleet, node: SeiNode): void {
  const { namespace, name } = node.metadata;
  const sent = sidecars.tasksOf(objectKey(namespace, name)).map(({ id }) => id);
  const planned = node.status?.plan?.tasks.filter(({ type }) => onSidecar(type)).map(({ id }) => id);
  t.deepEqual(sent, planned, name);
}

function onSidecar(type: string): boolean {
  return taskKind(type)?.runsOn === 'sidecar';
}
