import { type Case, created, node, updated } from './objects.ts';

const two = node({ archive: {} });

/** Of nodes from before the CRD asked for one mode. */
export const modeCases: readonly Case[] = [
  { name: 'one mode', object: node(), inventory: [] },
  { name: 'two modes', object: two, inventory: [], message: 'spec must set exactly one of' },
  {
    name: 'a new node with two',
    object: created(two),
    inventory: [],
    message: 'spec must set exactly one of',
  },
  {
    name: 'a second mode',
    object: updated(node(), two),
    inventory: [],
    message: 'spec must set exactly one of',
  },
  {
    name: 'an edit of a node that had two before',
    object: updated(two, { ...two, spec: { ...two.spec, image: 'sei:v6.4.0' } }),
    inventory: [],
  },
  {
    name: 'a replayer without peers',
    object: node({ fullNode: undefined, replayer: {} } as object),
    inventory: [],
    message: 'spec.peers is required where replayer is set',
  },
];

const importing = (name: string, pvcName: string) => node({ dataVolume: { import: { pvcName } } }, name);
const signing = (name: string) =>
  node({ fullNode: undefined, validator: { signingKey: { secret: { secretName: 'key' } } } } as object, name);
const leaving = {
  ...signing('n1'),
  metadata: { ...signing('n1').metadata, deletionTimestamp: '2026-06-01T00:00:00Z' },
};

/** Of two nodes of one namespace. */
export const referenceCases: readonly Case[] = [
  { name: 'a claim of its own', object: importing('n0', 'data-n0'), inventory: [node({}, 'n1')] },
  {
    name: 'the claim of another node',
    object: importing('n0', 'data-n1'),
    inventory: [node({}, 'n1')],
    message: 'SeiNode n1 uses PersistentVolumeClaim data-n1 too',
  },
  {
    name: 'a new node with the key of another',
    object: created(signing('n0')),
    inventory: [signing('n1')],
    message: 'SeiNode n1 names the signing key in Secret key too',
  },
  {
    name: 'an edit of a node that had it before',
    object: updated(signing('n0'), {
      ...signing('n0'),
      spec: { ...signing('n0').spec, image: 'sei:v6.4.0' },
    }),
    inventory: [signing('n0'), signing('n1')],
  },
  { name: 'the key of a node that is being deleted', object: created(signing('n0')), inventory: [leaving] },
  { name: 'the key of its own', object: signing('n0'), inventory: [signing('n0')] },
];
