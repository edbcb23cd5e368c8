import { seiNodes } from '../../../cluster/resource.ts';
import type { SeiNode } from '../../../core/seinode.ts';
import { type Place, tls } from '../../integration/place.ts';

/** What an operator does for a node, from an act of people to its end. */
export type Scenario = {
  readonly name: string;
  /** What is there before. */
  readonly before: (place: Place) => Promise<unknown>;
  readonly act: (place: Place) => Promise<unknown>;
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
