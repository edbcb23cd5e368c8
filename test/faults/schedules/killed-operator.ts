import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ControlPlane } from '../../control-plane/control-plane.ts';
import { startOperator } from '../../integration/furniture.ts';
import { manifest } from '../../operator/manifests.ts';
import type { Operator } from '../../operator/program.ts';
import { startFaultProxy } from '../proxy/proxy.ts';
import { isWrite } from '../proxy/seen.ts';
import type { OperatorKill } from './schedule.ts';

/** Our operator on a way of its own, to be killed at its writes. It is everybody's. */
export type KilledOperator = Operator & {
  /** Has it killed at one of its writes in a namespace from now on, and started again. @param met told once it is at that write. */
  readonly killAt: (namespace: string, kill: OperatorKill, met: () => void) => void;
};

/** It lives for so long between two kills, that the nodes of all others come on meanwhile. */
const life = 10_000;

/** Starts it. @throws where it does not start. */
export async function startKilledOperator(
  controlPlane: ControlPlane,
  sidecars: string,
): Promise<KilledOperator> {
  const { directory } = controlPlane;
  const { name, namespace = '' } = manifest('ServiceAccount').metadata;
  const kubeconfig = await controlPlane.serviceAccountKubeconfig(namespace, name);
  const way = await startFaultProxy({ kubeconfig, directory });
  const operator = await startOperator(controlPlane, sidecars, {
    KUBECONFIG: way.kubeconfig,
    NODE_COMPILE_CACHE: join(directory, 'compile-cache'),
  });
  let away: Promise<void> | undefined;
  let lived = sleep(life);
  let isOver = false;
  const killed = async (milliseconds: number) => {
    await lived;
    if (isOver) return;
    await operator.stop('SIGKILL');
    way.seen.length = 0;
    await sleep(milliseconds);
    await operator.start();
    lived = sleep(life);
    away = undefined;
  };
  return {
    ...operator,
    killAt: (namespace, { operator: when, write, away: milliseconds }, met) => {
      const of = (call: Parameters<typeof isWrite>[0]) =>
        isWrite(call) && call.path.includes(`/namespaces/${namespace}/`);
      const fault = when === 'killed before' ? 'hold' : 'hold answer';
      void way.fault(fault, { of, at: write }).then(() => {
        met();
        away ??= killed(milliseconds);
      });
    },
    stop: async signal => {
      isOver = true;
      try {
        await away;
      } finally {
        await operator.stop(signal);
        way.close();
      }
    },
  };
}
