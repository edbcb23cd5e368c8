import { join } from 'node:path';
import { seiNodes } from '../../../cluster/resource.ts';
import type { SeiNode } from '../../../core/seinode.ts';
import { type Place, tls } from '../../integration/place.ts';
import { makeNode } from '../../toggle/node.ts';
import { type Plugin, plugin } from '../../toggle/plugin.ts';
import type { SieveBed } from './bed.ts';

/** What an operator does for a node, from an act of people to its end. */
export type Scenario = {
  readonly name: string;
  /** What is there before. */
  readonly before: (place: Place, bed: SieveBed) => Promise<unknown>;
  readonly act: (place: Place, bed: SieveBed) => Promise<unknown>;
  /** Waits for its end, but for what is collected then. */
  readonly ends: (place: Place) => Promise<unknown>;
  /** Whether all that the node had is collected. */
  readonly leavesNothing?: true;
};

const plain = async (place: Place) => {
  await place.node();
  await settles(place);
};
const underTLS = async (place: Place) => {
  await place.provide(await place.pair());
  await place.node(tls);
  await settles(place);
};

/** Toggles by the plugin, which nothing happens to, by the namespace of their node. */
const toggles = new Map<string, Plugin>();

function toggle(args: readonly string[]): Scenario['act'] {
  return async ({ namespace }, { controlPlane: { kubeconfig, directory } }) => {
    const env = { NODE_COMPILE_CACHE: join(directory, 'compile-cache') };
    const all = ['tls', ...args, '-n', namespace, '--yes', '--no-verify'];
    toggles.set(namespace, plugin(all, { kubeconfig, env }));
  };
}

/** The plugin says that it is done, and it is. */
async function isToggled(place: Place): Promise<void> {
  const { code, stderr } = await toggles.get(place.namespace)!.ended;
  if (code !== 0) throw new Error(`${place.namespace}: the toggle ended with ${code}: ${stderr}`);
  await settles(place);
}

export const scenarios: readonly Scenario[] = [
  { name: 'plain', before: async () => {}, act: place => place.node(), ends: settles },
  {
    name: 'tls',
    before: async place => place.provide(await place.pair()),
    act: place => place.node(tls),
    ends: settles,
  },
  {
    name: 'image',
    before: plain,
    act: place => place.patch(seiNodes, 'n0', { spec: { image: 'sei:v7' } }),
    ends: place =>
      place.becomes('runs another image', node => node.status?.currentImage === 'sei:v7' && isSettled(node)),
  },
  {
    name: 'delete',
    before: underTLS,
    act: place => place.remove(seiNodes, 'n0'),
    ends: place => place.awaits('goes', () => place.found(seiNodes, 'n0') === undefined),
    leavesNothing: true,
  },
  {
    name: 'rotation',
    before: underTLS,
    act: async place => place.renew(await place.pair(undefined, later)),
    ends: place => place.says('SidecarTLSSecretReady', 'True Ready', /until 2031/),
  },
  {
    name: 'enable',
    before: async (place, bed) => {
      await makeNode(bed, place);
      await settles(place);
    },
    act: toggle(['enable', 'n0', '--secret', 'n0-tls']),
    ends: isToggled,
  },
  {
    name: 'disable',
    before: async (place, bed) => {
      await makeNode(bed, place, { tls: true });
      await settles(place);
    },
    act: toggle(['disable', 'n0']),
    ends: isToggled,
  },
];

const later = { notAfter: new Date('2031-01-01T00:00:00Z') };

function settles(place: Place): Promise<SeiNode> {
  return place.becomes('runs', isSettled);
}

/** It runs, and what is told of it last has been told. */
function isSettled({ status }: SeiNode): boolean {
  const conditions = status?.conditions?.map(({ type, status: told }) => `${type} ${told}`) ?? [];
  return (
    status?.phase === 'Running' &&
    status.plan?.phase === 'Complete' &&
    conditions.includes('SidecarReady True') &&
    conditions.includes('SidecarNetworkPolicyReady False')
  );
}
