import type { ControlPlane } from '../control-plane/control-plane.ts';
import { until } from '../control-plane/until.ts';
import type { Pod } from './pod-status.ts';

/** What a kubelet writes about the pods of its node. */
export type NodeWriter = {
  /** Writes until it is done, or there is nothing left to write to: the API server may be away for a while. */
  readonly write: (
    method: 'POST' | 'PATCH' | 'DELETE',
    pod: Pod,
    part: string,
    body: object,
  ) => Promise<void>;
  /** Binds a pod to the node, as the scheduler would. */
  readonly bind: (pod: Pod) => Promise<void>;
};

const name = 'kubelet';

/** Registers the one node of a control plane. @param signal ends every writing. @param port where its kubelet answers on 127.0.0.1. */
export async function registerNode(
  { call }: ControlPlane,
  signal: AbortSignal,
  port?: number,
): Promise<NodeWriter> {
  const condition = { type: 'Ready', status: 'True', reason: 'StandIn' };
  const reached = {
    addresses: [{ type: 'InternalIP', address: '127.0.0.1' }],
    daemonEndpoints: { kubeletEndpoint: { Port: port } },
  };
  const status = { conditions: [condition], ...(port !== undefined && reached) };
  await call('POST', '/api/v1/nodes', { metadata: { name }, status });
  const write: NodeWriter['write'] = async (method, { metadata }, part, body) => {
    const path = `/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}${part}`;
    await until(async () => {
      const { status } = signal.aborted ? { status: 0 } : await call(method, path, body);
      return signal.aborted || status < 300 || status === 404 || status === 409;
    });
  };
  const bind: NodeWriter['bind'] = pod => {
    const { name: podName, uid } = pod.metadata;
    return write('POST', pod, '/binding', { metadata: { name: podName, uid }, target: { name } });
  };
  return { write, bind };
}
