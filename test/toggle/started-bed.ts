import { objectKey } from '../../core/kubernetes.ts';
import { createAuthority, generateKey, type KeyPair } from '../control-plane/certificates.ts';
import type { ControlPlane } from '../control-plane/control-plane.ts';
import { deploy, startOperator, watch } from '../integration/furniture.ts';
import type { PlaceBed } from '../integration/place.ts';
import { startKubelet } from '../kubelet/kubelet.ts';
import type { Pod } from '../kubelet/pod-status.ts';
import { hostOf } from '../sidecars/host.ts';
import { type Sidecars, startSidecars } from '../sidecars/sidecars.ts';
import { deployController } from './deployment.ts';
import { type Controller, referenceController } from './reference-controller.ts';

export type BedOptions = {
  /** Whose behaviour nodes get: our operator as a process, or the stand-in of the Go reference. */
  readonly controller: 'ours' | 'reference';
  /** Milliseconds that the reference waits before it looks at a node. */
  readonly slow?: number;
  /** Starts our operator, where it is not started as ever. */
  readonly operator?: (controlPlane: ControlPlane, sidecars: string) => Promise<Controller>;
};

/** What toggles are tried on: a control plane with real garbage collection, pods that run, volumes that can be lost. */
export type Bed = PlaceBed & {
  readonly controller: Controller;
  /** Where every pod's ports are: its tasks, and its proxy's with the certificate that `Place.serve` named last. */
  readonly sidecars: Sidecars;
  /** Pods, by NAMESPACE/NAME, that neither start nor end; `release` looks at them again. */
  readonly held: Set<string>;
  readonly release: () => void;
  readonly stop: () => Promise<void>;
};

/** Furnishes a control plane. The controller runs. */
export async function startBed(controlPlane: ControlPlane, options: BedOptions): Promise<Bed> {
  const over = new AbortController();
  const held = new Set<string>();
  const pairs = new Map<string, KeyPair>();
  const isOurs = options.controller === 'ours';
  const sidecars = await startSidecars({ pairOf: node => pairs.get(node), taken: () => kubelet.probe() });
  const kubelet = await startKubelet(controlPlane, {
    holds: ({ metadata: { namespace, name } }) => held.has(objectKey(namespace, name)),
    // Nobody sends the sidecars of the stand-in a task.
    ready: pod => !isOurs || sidecars.isReady(seiNodeOf(pod)),
    starts: pod => sidecars.restart(seiNodeOf(pod)),
    hostOf: (pod, port) => hostOf(pod, port, sidecars.address),
  });
  const [authority, key, controller] = await Promise.all([
    createAuthority('fleet'),
    generateKey(),
    isOurs
      ? startOurs(controlPlane, sidecars.address, options.operator)
      : startReference(controlPlane, options.slow),
  ]);
  await deployController(controlPlane, options.controller);
  const stop = async () => {
    over.abort();
    await Promise.all([controller.stop(), kubelet.stop(), sidecars.close()]);
  };
  return {
    ...{ controlPlane, authority, key, controller, sidecars, held, stop },
    stores: watch(controlPlane, over.signal),
    said: { pairs },
    release: () => kubelet.probe(),
  };
}

function seiNodeOf({ metadata: { namespace, labels } }: Pod): string {
  return objectKey(namespace, labels?.['sei.io/node'] ?? '');
}

async function startOurs(
  controlPlane: ControlPlane,
  sidecars: string,
  start: BedOptions['operator'] = startOperator,
): Promise<Controller> {
  await deploy(controlPlane);
  return start(controlPlane, sidecars);
}

async function startReference(controlPlane: ControlPlane, slow = 0): Promise<Controller> {
  const controller = referenceController(controlPlane, { slow });
  await controller.start();
  return controller;
}
