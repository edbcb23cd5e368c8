import { modes } from '../../../core/seinode.ts';
import type { Case } from '../case.ts';
import { node } from './objects.ts';

const plain = { sidecar: {} };
const valid = (mode: string) => (mode === 'replayer' ? { snapshot: { stateSync: {} } } : {});
const subsets = Array.from({ length: 2 ** modes.length }, (_, bits) =>
  modes.filter((_, index) => bits & (1 << index)),
);
const peers = [{ static: { addresses: ['a@b:1'] } }];

const validator = (name: string, key: string, rest = name, namespace = 'arctic') =>
  node(
    {
      ...plain,
      fullNode: undefined,
      validator: {
        signingKey: { secret: { secretName: key } },
        nodeKey: { secret: { secretName: `${rest}-node` } },
        operatorKeyring: {
          secret: {
            secretName: `${rest}-keyring`,
            passphraseSecretRef: { secretName: `${name}-word`, key: 'word' },
          },
        },
      },
    },
    name,
    namespace,
  );
const importing = (name: string, pvcName: string) =>
  node({ ...plain, dataVolume: { import: { pvcName } } }, name);
const other = node(plain, 'n0');

/** Modes, what nodes share, and fields that the CRD does not have. */
export const nodeCases: readonly Case[] = [
  ...subsets.flatMap(given =>
    [undefined, [], peers].map(each => ({
      name: `modes ${given.join()}, ${each?.length ?? 'no'} peers`,
      objects: [
        node({
          ...plain,
          fullNode: undefined,
          ...Object.fromEntries(given.map(mode => [mode, valid(mode)])),
          peers: each,
        }),
      ],
    })),
  ),
  { name: 'the signing key of another', objects: [validator('v0', 'key'), validator('v1', 'key')] },
  {
    name: 'node key and keyring of another',
    objects: [validator('v0', 'one', 'same'), validator('v1', 'two', 'same')],
  },
  {
    name: 'the same names in another namespace',
    objects: [validator('v0', 'key'), validator('v1', 'key', 'v0', 'default')],
  },
  { name: 'keys of their own', objects: [validator('v0', 'a'), validator('v1', 'b')] },
  { name: 'the claim of another', objects: [other, importing('n1', 'data-n0')] },
  {
    name: 'one claim for three',
    objects: [importing('n1', 'data'), importing('n2', 'data'), importing('n3', 'data')],
  },
  { name: 'a claim of its own', objects: [other, importing('n1', 'data-n1')] },
  {
    name: 'the claim of a node that is being deleted',
    objects: [
      {
        ...other,
        metadata: {
          ...other.metadata,
          deletionTimestamp: '2026-06-01T00:00:00Z',
          finalizers: ['sei.io/seinode-finalizer'],
        },
      },
      importing('n1', 'data-n0'),
    ],
  },
  { name: 'a field that retains', objects: [node({ ...plain, storage: { retainOnDelete: true } })] },
  { name: 'a field of nobody', objects: [node({ ...plain, genesis: {} })] },
];
