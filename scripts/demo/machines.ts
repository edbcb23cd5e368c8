import { pods, secrets } from '../../cluster/resource.ts';
import { objectKey, type Secret } from '../../core/kubernetes.ts';
import type { KeyPair } from '../../test/control-plane/certificates.ts';
import type { ControlPlane } from '../../test/control-plane/control-plane.ts';
import { followAll } from '../../test/follow.ts';
import { type Kubelet, startKubelet } from '../../test/kubelet/kubelet.ts';
import type { Pod } from '../../test/kubelet/pod-status.ts';
import { hostOf } from '../../test/sidecars/host.ts';
import { startSidecars } from '../../test/sidecars/sidecars.ts';

/** Stand-ins for the machines that pods run on, and for the sidecars in them. */
export type Machines = {
  /** Where the sidecars of all nodes are. */
  readonly address: string;
  readonly stop: () => Promise<void>;
};

/**
 * Starts them. A sidecar under TLS serves what is in the Secret that its running pod mounts.
 *
 * @param elsewhere whether a pod runs somewhere else.
 */
export async function startMachines(
  controlPlane: ControlPlane,
  elsewhere: (pod: Pod['metadata']) => boolean,
): Promise<Machines> {
  const over = new AbortController();
  const mounted = new Map<string, string>();
  const pairs = new Map<string, KeyPair>();
  const following = [
    followAll<MountingPod>(controlPlane, pods, over.signal, pod => note(pod, mounted)),
    followAll<Secret>(controlPlane, secrets, over.signal, secret => {
      pairs.set(objectKey(secret.metadata.namespace, secret.metadata.name), pairIn(secret));
    }),
  ];
  let kubelet: Kubelet | undefined;
  const sidecars = await startSidecars({
    pairOf: node => pairs.get(mounted.get(node) ?? ''),
    taken: () => kubelet?.probe(),
  });
  kubelet = await startKubelet(controlPlane, {
    ready: pod => sidecars.isReady(nodeOf(pod)),
    holds: ({ metadata }) => elsewhere(metadata),
    hostOf: (pod, port) => (elsewhere(pod.metadata) ? '127.0.0.1' : hostOf(pod, port, sidecars.address)),
  });
  const stop = async () => {
    over.abort();
    await Promise.all([...following, kubelet.stop(), sidecars.close()]);
  };
  return { address: sidecars.address, stop };
}

type MountingPod = Pod & {
  readonly spec: {
    readonly volumes?: readonly {
      readonly name: string;
      readonly secret?: { readonly secretName: string };
    }[];
  };
  readonly status?: { readonly phase?: string };
};

/** Which Secret is served, by NAMESPACE/NAME of the node and of the Secret. */
function note(pod: MountingPod, mounted: Map<string, string>): void {
  const secret = pod.spec.volumes?.find(({ name }) => name === 'sidecar-tls')?.secret?.secretName;
  const isUp = pod.status?.phase === 'Running' && pod.metadata.deletionTimestamp === undefined;
  if (secret !== undefined && isUp) mounted.set(nodeOf(pod), objectKey(pod.metadata.namespace, secret));
  else mounted.delete(nodeOf(pod));
}

function nodeOf({ metadata }: Pod): string {
  return objectKey(metadata.namespace, metadata.labels?.['sei.io/node'] ?? '');
}

function pairIn({ data }: Secret): KeyPair {
  const text = (entry: string) => Buffer.from(data?.[entry] ?? '', 'base64').toString();
  return { certificate: text('tls.crt'), key: text('tls.key') };
}
