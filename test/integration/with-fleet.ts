import anyTest from 'ava';
import { seiNodes } from '../../cluster/resource.ts';
import type { KubernetesObject } from '../../core/kubernetes.ts';
import { conditionOf, type SeiNode } from '../../core/seinode.ts';
import { furnish, type UpgradeBed } from '../upgrade/furnish.ts';
import { type Entry, load, nodes } from '../upgrade/load.ts';
import { namespace } from '../upgrade/nodes.ts';
import { type FaultyOperator, faultyOperator, install } from './faulty-operator.ts';
import { withControlPlane } from './with-control-plane.ts';

/** An object of the fleet as it is now. */
export type Found = KubernetesObject & {
  readonly metadata: { readonly managedFields: readonly Entry[] };
  // biome-ignore lint/suspicious/noExplicitAny: each kind is another
  readonly [field: string]: any;
};

/** The nodes where a plan was stopped, or that end; every other just runs. */
export const stopped = ['restoring', 'updating', 'failed', 'leaving', 'replayer', 'ceremony'];

/** The nodes that ran without a plan. */
export const steady = nodes.map(({ metadata }) => metadata.name).filter(name => !stopped.includes(name));

/** A `test` for a cluster of the controller before, and an operator of ours that is to take it over. Tests are serial. */
export function withFleet(): {
  test: ReturnType<typeof withControlPlane>['test'];
  controlPlane: ReturnType<typeof withControlPlane>['controlPlane'];
  kubectl: ReturnType<typeof withControlPlane>['kubectl'];
  bed: () => UpgradeBed;
  operator: () => FaultyOperator;
  /** Starts it for the first time. */
  takeOver: (t: Parameters<typeof install>[1]) => Promise<void>;
  /** Every object of a kind, by name, as the API server has it. */
  objects: (
    kind:
      | 'seinodes'
      | 'statefulsets'
      | 'pods'
      | 'jobs'
      | 'services'
      | 'configmaps'
      | 'persistentvolumeclaims',
  ) => Promise<Map<string, Found>>;
} {
  let bed: UpgradeBed | undefined;
  let operator: FaultyOperator | undefined;
  const over = new AbortController();
  const shared = withControlPlane(anyTest.serial, async controlPlane => {
    bed = await furnish(controlPlane, over.signal);
    await load(bed);
  });
  anyTest.after.always('they stop', async () => {
    over.abort();
    await operator?.end();
    await Promise.all([bed?.kubelet.stop(), bed?.sidecars.close()]);
  });
  const takeOver = async (t: Parameters<typeof install>[1]) => {
    await install(shared.controlPlane(), t);
    operator = await faultyOperator(shared.controlPlane(), bed!.sidecars);
    await operator.start();
    for (const name of steady) await bed!.place.becomes('is taken over', isSettled, name);
    await bed!.place.awaits('lets go', () => bed!.place.found(seiNodes, 'leaving') === undefined);
    for (const name of ['restoring', 'failed', 'updating', 'replayer', 'ceremony']) {
      await bed!.place.becomes(
        'is looked at',
        ({ status }) => conditionOf(status, 'Progressing') !== undefined,
        name,
      );
    }
  };
  const objects = async (kind: string) => {
    const { body } = await shared
      .controlPlane()
      .call('GET', `${groups[kind]}/namespaces/${namespace}/${kind}`);
    return new Map((body as { items: Found[] }).items.map(object => [object.metadata.name, object]));
  };
  return { ...shared, bed: () => bed!, operator: () => operator!, takeOver, objects };
}

const groups: Readonly<Record<string, string>> = {
  seinodes: '/apis/sei.io/v1alpha1',
  statefulsets: '/apis/apps/v1',
  jobs: '/apis/batch/v1',
  pods: '/api/v1',
  services: '/api/v1',
  configmaps: '/api/v1',
  persistentvolumeclaims: '/api/v1',
};

/** Nothing is left to do for a node. */
export function isSettled({ status }: SeiNode): boolean {
  return conditionOf(status, 'Progressing')?.reason === 'PlanComplete';
}
