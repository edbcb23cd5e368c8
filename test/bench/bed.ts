import pLimit from 'p-limit';
import { requiredDNSNames } from '../../core/seinode.ts';
import { createAuthority, generateKey, type KeyPair } from '../control-plane/certificates.ts';
import { type ControlPlane, startControlPlane } from '../control-plane/control-plane.ts';
import { startNodePool } from '../control-plane/node-pool.ts';
import type { NodePrograms, Programs } from '../control-plane/programs.ts';
import { environment } from '../core/resources/nodes.ts';
import { type Sidecars, startSidecars } from '../sidecars/sidecars.ts';

/** A control plane on which pods become ready, with all that TLS nodes need but the nodes themselves. */
export type Bed = {
  readonly controlPlane: ControlPlane;
  readonly sidecars: Sidecars;
  /** Creates the nodes, 32 requests at a time. */
  readonly createNodes: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

/** The namespace of the nodes. */
export const namespace = 'fleet';

/** Makes one. Volumes are bound before claims ask for them, and each node's Secret is there. @param count of nodes. */
export async function makeBed(programs: Programs, nodePrograms: NodePrograms, count: number): Promise<Bed> {
  const names = Array.from({ length: count }, (_, index) => `n${index}`);
  const controlPlane = await startControlPlane(programs);
  const create = creator(controlPlane);
  await startNodePool(controlPlane, nodePrograms, { 'karpenter.sh/nodepool': environment.SEI_NODEPOOL_NAME });
  await create('/api/v1/namespaces', [{ metadata: { name: namespace } }]);
  await create(`/api/v1/namespaces/${namespace}/serviceaccounts`, [
    { metadata: { name: environment.SEI_SERVICE_ACCOUNT } },
  ]);
  await create('/api/v1/persistentvolumes', names.map(volume));
  const { authority, pairs } = await issue(names);
  await create(
    `/api/v1/namespaces/${namespace}/secrets`,
    names.map(name => secret(name, pairs.get(name)!, authority)),
  );
  const sidecars = await startSidecars({ pairOf: node => pairs.get(node.split('/')[1] ?? '') });
  return {
    controlPlane,
    sidecars,
    createNodes: () => create(`/apis/sei.io/v1alpha1/namespaces/${namespace}/seinodes`, names.map(seiNode)),
    stop: async () => {
      await sidecars.close();
      await controlPlane.stop();
    },
  };
}

function creator({ call }: ControlPlane): (path: string, objects: readonly object[]) => Promise<void> {
  return async (path, objects) => {
    await pLimit(32).map(objects, async object => {
      const { status, body } = await call('POST', path, object);
      if (status !== 201) {
        throw new Error(`POST ${path}: ${status} ${JSON.stringify(body)}`);
      }
    });
  };
}

/** Certificates of one key: what is measured does not depend on it, and keys take long to make. */
async function issue(names: readonly string[]): Promise<{ authority: string; pairs: Map<string, KeyPair> }> {
  const authority = await createAuthority('fleet');
  const key = await generateKey();
  const pairs = new Map<string, KeyPair>();
  for (const name of names) {
    const required = requiredDNSNames(name, namespace);
    pairs.set(name, await authority.issue({ commonName: name }, required, [], key));
  }
  return { authority: authority.certificate, pairs };
}

function secret(name: string, { certificate, key }: KeyPair, authority: string): object {
  return {
    metadata: { name: `${name}-tls` },
    type: 'kubernetes.io/tls',
    stringData: { 'tls.crt': certificate, 'tls.key': key, 'ca.crt': authority },
  };
}

function volume(name: string): object {
  return {
    metadata: { name: `data-${name}` },
    spec: {
      capacity: { storage: environment.SEI_STORAGE_SIZE_DEFAULT },
      accessModes: ['ReadWriteOnce'],
      storageClassName: environment.SEI_STORAGE_CLASS_PERF,
      hostPath: { path: '/nowhere' },
      claimRef: { namespace, name: `data-${name}` },
    },
  };
}

function seiNode(name: string): object {
  return {
    apiVersion: 'sei.io/v1alpha1',
    kind: 'SeiNode',
    metadata: { name },
    spec: {
      chainId: 'arctic-1',
      image: 'ghcr.io/sei-protocol/seid:v6.3.0',
      fullNode: {},
      sidecar: { tls: { secretName: `${name}-tls` } },
    },
  };
}
