import { join } from 'node:path';
import { request } from 'undici';
import type { ControlPlane } from '../../control-plane/control-plane.ts';
import { until } from '../../control-plane/until.ts';
import { deploy } from '../../integration/furniture.ts';
import { type Bed, startNeighbours } from '../../integration/neighbours.ts';
import { type Operator, operator } from '../../operator/program.ts';
import { resolver } from '../../sidecars/sidecars.ts';

const main = join(import.meta.dirname, '../../../operator/main.ts');

/** What an operator that is killed and misled runs on. */
export type SieveBed = Bed & {
  /** Pods, by NAMESPACE/NAME, that neither start nor end. */
  readonly held: Set<string>;
  /** Describes an operator that goes some way. */
  readonly operator: (name: string, kubeconfig: string, flags?: readonly string[]) => Promise<Operator>;
  readonly stop: () => Promise<void>;
};

/** Starts it, without an operator. */
export async function startSieveBed(controlPlane: ControlPlane): Promise<SieveBed> {
  const over = new AbortController();
  const held = new Set<string>();
  const holds = ({ metadata: { namespace, name } }: Held) => held.has(`${namespace}/${name}`);
  const [bed] = await Promise.all([startNeighbours(controlPlane, over.signal, holds), deploy(controlPlane)]);
  return {
    ...{ ...bed, held },
    operator: (name, kubeconfig, flags = []) => {
      const command = [process.execPath, '--require', resolver, main];
      return operator(controlPlane, { name, kubeconfig, flags, sidecars: bed.sidecars.address, command });
    },
    stop: async () => {
      over.abort();
      await Promise.all([bed.kubelet.stop(), bed.sidecars.close()]);
    },
  };
}

type Held = { readonly metadata: { readonly namespace: string; readonly name: string } };

/** Waits until an operator has worked so many keys since it started, and has none left. @throws where it never has. */
export async function idle({ metrics }: Operator, keys: number): Promise<void> {
  const measured = async (start: string) => {
    const { body } = await request(`${metrics}/metrics`);
    const lines = (await body.text()).split('\n').filter(line => line.startsWith(start));
    return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
  };
  const isIdle = async () =>
    (await measured('workqueue_adds_total{')) >= keys &&
    (await measured('workqueue_depth{')) === 0 &&
    (await measured('controller_runtime_active_workers{')) === 0;
  if (!(await until(isIdle))) throw new Error('the operator never comes to rest');
}
