import { randomUUID } from 'node:crypto';
import pLimit from 'p-limit';
import { pods, seiNodes } from '../../cluster/resource.ts';
import type { ObjectMeta } from '../../core/kubernetes.ts';
import { initPlan } from '../../core/plan/build.ts';
import { dataClaim } from '../../core/resources/data-claim.ts';
import { proxyConfig } from '../../core/resources/proxy-config.ts';
import { headlessService } from '../../core/resources/service.ts';
import { statefulSet } from '../../core/resources/stateful-set.ts';
import { requiredDNSNames, type SeiNode, type SeiNodeStatus, type TaskPlan } from '../../core/seinode.ts';
import type { ControlPlane } from '../control-plane/control-plane.ts';
import { settings } from '../core/resources/nodes.ts';
import { followAll } from '../follow.ts';

type Pod = {
  readonly metadata: ObjectMeta;
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
};

/**
 * What no controller can be faster than: a client that decides nothing, checks nothing and reads nothing back. Of each
 * node it writes, one after the other, the finalizer, the status with the plan of its tasks, PersistentVolumeClaim,
 * ConfigMap, StatefulSet and Service (created, which costs the API server less than server-side apply), and once the pod
 * is ready the status with the plan completed and phase Running: seven writes a node, 32 requests in flight. Sidecars are
 * not asked at all.
 */
export async function floor(controlPlane: ControlPlane, signal: AbortSignal): Promise<void> {
  const limit = pLimit(32);
  const write = writer(controlPlane);
  const begun = new Map<string, TaskPlan>();
  const writing: Promise<void>[] = [];
  await Promise.all([
    followAll<SeiNode>(controlPlane, seiNodes, signal, node => {
      const { name } = node.metadata;
      if (begun.has(name) || node.status !== undefined) return;
      const plan = initPlan(node, randomUUID());
      begun.set(name, plan);
      writing.push(limit(begin, write, node, plan));
    }),
    followAll<Pod>(controlPlane, pods, signal, ({ metadata, status }) => {
      const name = metadata.labels?.['sei.io/node'] ?? '';
      const plan = begun.get(name);
      const isReady = status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True');
      if (plan === undefined || !isReady) return;
      begun.delete(name);
      writing.push(limit(end, write, metadata.namespace, name, plan));
    }),
  ]);
  // That a node runs may be heard before the answer to the write that says so.
  await Promise.all(writing);
}

type Write = (method: 'POST' | 'PATCH', path: string, body: unknown) => Promise<void>;

function writer({ call }: ControlPlane): Write {
  return async (method, path, body) => {
    const answer = await call(method, path, body);
    if (answer.status > 201) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
  };
}

async function begin(write: Write, node: SeiNode, plan: TaskPlan): Promise<void> {
  const { name, namespace } = node.metadata;
  const own = pathOf(namespace, name);
  await write('PATCH', own, { metadata: { finalizers: ['sei.io/seinode-finalizer'] } });
  await write('PATCH', `${own}/status`, { status: statusOf(node, plan) });
  await write('POST', `/api/v1/namespaces/${namespace}/persistentvolumeclaims`, dataClaim(node, settings));
  await write('POST', `/api/v1/namespaces/${namespace}/configmaps`, proxyConfig(node));
  await write('POST', `/apis/apps/v1/namespaces/${namespace}/statefulsets`, statefulSet(node, settings));
  await write('POST', `/api/v1/namespaces/${namespace}/services`, headlessService(node));
}

function end(write: Write, namespace: string, name: string, plan: TaskPlan): Promise<void> {
  const tasks = plan.tasks.map(task => ({ ...task, status: 'Complete' }));
  const status = { phase: 'Running', plan: { ...plan, phase: 'Complete', tasks } };
  return write('PATCH', `${pathOf(namespace, name)}/status`, { status });
}

function pathOf(namespace: string, name: string): string {
  return `/apis/sei.io/v1alpha1/namespaces/${namespace}/seinodes/${name}`;
}

function statusOf({ metadata, spec }: SeiNode, plan: TaskPlan): SeiNodeStatus {
  const requiredNames = requiredDNSNames(metadata.name, metadata.namespace);
  return {
    phase: 'Initializing',
    currentImage: spec.image,
    plan,
    sidecarTLS: { secretName: spec.sidecar?.tls?.secretName ?? '', requiredDNSNames: requiredNames },
  };
}
