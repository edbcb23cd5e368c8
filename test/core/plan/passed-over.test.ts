import test from 'ava';
import { passedOver } from '../../../core/plan/passed-over.ts';
import type { SeiNode } from '../../../core/seinode.ts';
import { manifest, node, tls, validator } from '../resources/nodes.ts';

const shown = (node: SeiNode) => passedOver(node).map(({ field, message }) => `${field} ${message}`);
const mode = (name: string, fields: object) => node({ fullNode: undefined, [name]: fields });
const s3 = { targetHeight: 1 };

const cases: readonly (readonly [string, SeiNode, readonly string[]])[] = [
  ['a plain full node', node(), []],
  ['a node with sidecar, labels, overrides and volume', node({ ...tls, podLabels: {}, overrides: {} }), []],
  ['a validator with every key', node(validator), []],
  ['pacific-1-full-node', manifest('pacific-1-full-node'), []],
  ['pacific-1-state-syncer', manifest('pacific-1-state-syncer'), []],
  ['pacific-1-snapshotter', manifest('pacific-1-snapshotter'), []],
  ['pacific-1-shadow-replayer', manifest('pacific-1-shadow-replayer'), []],
  ['a full node with a bootstrap image', mode('fullNode', { snapshot: { s3, bootstrapImage: 'sei:1' } }), []],
  [
    'a bootstrap image where state sync is asked for',
    mode('validator', { snapshot: { stateSync: {}, bootstrapImage: 'sei:1' } }),
    ['spec.validator.snapshot.bootstrapImage means something with s3 only'],
  ],
  ['an empty bootstrap image', mode('fullNode', { snapshot: { s3, bootstrapImage: '' } }), []],
  [
    'an entrypoint',
    node({ entrypoint: { command: ['seid'] } }),
    ['spec.entrypoint is deprecated: the pod runs seid start whatever it says'],
  ],
];
for (const [name, node, expected] of cases) {
  test(`${name}: ${expected.join(', ') || 'nothing is passed over'}`, t =>
    t.deepEqual(shown(node), [...expected]));
}
