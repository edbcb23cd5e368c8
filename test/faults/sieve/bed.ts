import type { ControlPlane } from '../../control-plane/control-plane.ts';
import { until } from '../../control-plane/until.ts';
import type { FaultyOperator } from '../../integration/faulty-operator.ts';
import { deploy } from '../../integration/furniture.ts';
import { type Bed, startNeighbours } from '../../integration/neighbours.ts';
import { deployController } from '../../toggle/deployment.ts';

/** What an operator that is killed and misled runs on. */
export type SieveBed = Bed & {
  /** Pods, by NAMESPACE/NAME, that neither start nor end. */
  readonly held: Set<string>;
  readonly stop: () => Promise<void>;
};

/** Starts it, without an operator. */
export async function startSieveBed(controlPlane: ControlPlane): Promise<SieveBed> {
  const over = new AbortController();
  const held = new Set<string>();
  const holds = ({ metadata: { namespace, name } }: Held) => held.has(`${namespace}/${name}`);
  const [bed] = await Promise.all([startNeighbours(controlPlane, over.signal, holds), deploy(controlPlane)]);
  await deployController(controlPlane, 'ours');
  return {
    ...{ ...bed, held },
    stop: async () => {
      over.abort();
      await Promise.all([bed.kubelet.stop(), bed.sidecars.close()]);
    },
  };
}

type Held = { readonly metadata: { readonly namespace: string; readonly name: string } };

/** Waits until an operator has worked so many keys since it started, and has none left. @throws where it never has. */
export async function idle({ metric }: FaultyOperator, keys: number): Promise<void> {
  let measured: readonly number[] = [];
  const isIdle = async () => {
    measured = await Promise.all(measures.map(metric));
    const [adds = 0, depth, active] = measured;
    return adds >= keys && depth === 0 && active === 0;
  };
  if (!(await until(isIdle))) throw new Error(`the operator never comes to rest: ${measured.join(', ')}`);
}

const measures = ['workqueue_adds_total{', 'workqueue_depth{', 'controller_runtime_active_workers{'];
