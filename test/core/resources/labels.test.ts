import test from 'ava';
import { resourceLabels, selectorLabels } from '../../../core/resources/labels.ts';
import { statefulSet } from '../../../core/resources/stateful-set.ts';
import { manifest, node, settings } from './nodes.ts';

const roles = [
  [{ fullNode: {} }, 'node'],
  [{ fullNode: undefined, archive: {} }, 'archive'],
  [{ fullNode: undefined, replayer: {} }, 'replayer'],
  [{ fullNode: undefined, validator: {} }, 'validator'],
] as const;
for (const [mode, role] of roles) {
  test(`a pod of ${Object.keys(mode).at(-1)} has the role ${role}`, t => {
    t.deepEqual(resourceLabels(node(mode)), {
      'sei.io/node': 'n0',
      'sei.io/chain': 'arctic-1',
      'sei.io/role': role,
    });
  });
}

test("the pod's own labels are added, and never stand for those of the contract", t => {
  const podLabels = { team: 'core', 'sei.io/node': 'other', 'sei.io/chain': 'x', 'sei.io/role': 'validator' };
  const labels = { team: 'core', 'sei.io/node': 'n0', 'sei.io/chain': 'arctic-1', 'sei.io/role': 'node' };
  const { metadata, spec } = statefulSet(node({ podLabels }), settings);
  t.deepEqual(spec.template.metadata.labels, labels);
  t.deepEqual(metadata.labels, labels);
  t.deepEqual(selectorLabels(node({ podLabels })), { 'sei.io/node': 'n0' });
});

test('an archive that takes snapshots is an archive', t => {
  t.is(resourceLabels(manifest('pacific-1-snapshotter'))['sei.io/role'], 'archive');
});
