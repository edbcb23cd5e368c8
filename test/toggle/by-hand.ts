import type { ControlPlane } from '../control-plane/control-plane.ts';
import type { Place } from '../integration/place.ts';

/** The steps of a toggle as a person does them with kubectl (contract §7). Each @throws where kubectl fails. */
export type ByHand = {
  readonly setImport: () => Promise<void>;
  readonly stripOwner: () => Promise<void>;
  /** @param wait until the node, its StatefulSet and its pod are gone. */
  readonly remove: (wait?: boolean) => Promise<void>;
  /** Makes it again. @param more of its spec, such as the import. */
  readonly create: (more: object) => Promise<void>;
};

export const imported = { dataVolume: { import: { pvcName: 'data-n0' } } };

/** Those of node n0. */
export function byHand({ kubectl }: ControlPlane, { namespace }: Place): ByHand {
  const run = async (args: readonly string[], input = '') => {
    const { code, stderr } = await kubectl(['-n', namespace, ...args], { input });
    if (code !== 0) throw new Error(stderr);
  };
  const patch = (what: string, type: string, change: object) =>
    run(['patch', what, 'n0', `--type=${type}`, '-p', JSON.stringify(change)]);
  return {
    setImport: () => patch('seinode', 'merge', { spec: imported }),
    stripOwner: () =>
      run([
        'patch',
        'pvc',
        'data-n0',
        '--type=json',
        '-p',
        '[{"op":"remove","path":"/metadata/ownerReferences"}]',
      ]),
    remove: async (wait = true) => {
      await run(['delete', 'seinode', 'n0', `--wait=${wait}`, '--timeout=180s']);
      if (wait) await run(['wait', '--for=delete', 'statefulset/n0', 'pod/n0-0', '--timeout=180s']);
    },
    create: more => {
      const spec = { chainId: 'arctic-1', image: 'sei:v6.3.0', fullNode: {}, ...more };
      const node = { apiVersion: 'sei.io/v1alpha1', kind: 'SeiNode', metadata: { name: 'n0' }, spec };
      return run(['create', '-f', '-'], JSON.stringify(node));
    },
  };
}
