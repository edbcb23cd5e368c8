import pLimit from 'p-limit';
import type { KubernetesObject } from '../../core/kubernetes.ts';
import { type ControlPlane, startControlPlane } from '../control-plane/control-plane.ts';
import type { Programs } from '../control-plane/programs.ts';
import { makePair } from './material.ts';
import { paired } from './pairs.ts';
import type { Row } from './report.ts';

const nodes = 5000;

/** `list` from a real kube-apiserver beside kubectl, as whole processes: one node and thousands, without TLS and with. */
export async function clusterList(executable: string, programs: Programs): Promise<Row[]> {
  const plane = await startControlPlane(programs);
  const env = { ...process.env, KUBECONFIG: plane.kubeconfig };
  try {
    await fill(plane, 'one', 1, true);
    await fill(plane, 'plain', nodes, false);
    await fill(plane, 'served', nodes, true);
    const beside = (what: string, namespace: string, target: number, runs: number) =>
      paired(
        `list from a cluster, ${what}`,
        {
          ours: [executable, 'list', '-n', namespace, '-o', 'json'],
          peer: [programs.kubectl, 'get', 'snode', '-n', namespace, '-o', 'json'],
        },
        target,
        { runs, env },
      );
    return [
      beside('one node', 'one', 3, 15),
      beside(`${nodes} nodes without TLS`, 'plain', 1.5, 5),
      beside(`${nodes} nodes, each with its Secret`, 'served', 1.5, 5),
    ];
  } finally {
    await plane.stop();
  }
}

async function fill({ call }: ControlPlane, namespace: string, count: number, tls: boolean): Promise<void> {
  const create = async (path: string, object: object) => {
    const { status, body } = await call('POST', path, object);
    if (status !== 201) {
      throw new Error(`POST ${path}: ${status} ${JSON.stringify(body)}`);
    }
  };
  await create('/api/v1/namespaces', { metadata: { name: namespace } });
  const limit = pLimit(16);
  await limit.map(Array.from({ length: count }).keys(), async index => {
    const { node, secret } = makePair(index);
    const { sidecar: _, ...plain } = node.spec;
    const at = <T extends KubernetesObject>(object: T) => ({
      ...object,
      metadata: { ...object.metadata, namespace },
    });
    await create(
      `/apis/sei.io/v1alpha1/namespaces/${namespace}/seinodes`,
      tls ? at(node) : { ...at(node), spec: plain },
    );
    if (tls) {
      await create(`/api/v1/namespaces/${namespace}/secrets`, at(secret));
    }
  });
}
