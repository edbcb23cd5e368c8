import test from 'ava';
import { unservedFields } from '../../../core/resources/unserved.ts';
import type { SeiNode } from '../../../core/seinode.ts';
import { manifest, node, tls, validator } from './nodes.ts';

const shown = (node: SeiNode) => unservedFields(node).map(({ field, effect }) => `${field} ${effect}`);
const mode = (name: string, fields: object) => node({ fullNode: undefined, [name]: fields });
const s3 = { targetHeight: 1 };

const cases: readonly (readonly [string, SeiNode, readonly string[]])[] = [
  ['a plain full node', node(), []],
  ['a node with sidecar, labels, overrides and volume', node({ ...tls, podLabels: {}, overrides: {} }), []],
  ['a validator with every key', node(validator), []],
  ['pacific-1-full-node', manifest('pacific-1-full-node'), []],
  ['pacific-1-state-syncer', manifest('pacific-1-state-syncer'), []],
  ['pacific-1-snapshotter', manifest('pacific-1-snapshotter'), []],
  [
    'pacific-1-shadow-replayer',
    manifest('pacific-1-shadow-replayer'),
    ['spec.replayer.snapshot.bootstrapImage held', 'spec.replayer.resultExport ignored'],
  ],
  [
    'a full node with a bootstrap image',
    mode('fullNode', { snapshot: { s3, bootstrapImage: 'sei:1' } }),
    ['spec.fullNode.snapshot.bootstrapImage held'],
  ],
  [
    'a bootstrap image where state sync is asked for',
    mode('validator', { snapshot: { stateSync: {}, bootstrapImage: 'sei:1' } }),
    ['spec.validator.snapshot.bootstrapImage ignored'],
  ],
  ['an empty bootstrap image', mode('fullNode', { snapshot: { s3, bootstrapImage: '' } }), []],
  ['a genesis ceremony', mode('validator', { genesisCeremony: {} }), ['spec.validator.genesisCeremony held']],
  ['an entrypoint', node({ entrypoint: { command: ['seid'] } }), ['spec.entrypoint ignored']],
];
for (const [name, node, expected] of cases) {
  test(`${name}: ${expected.join(', ') || 'all is served'}`, t => t.deepEqual(shown(node), [...expected]));
}
