import test from 'ava';
import { tendRunning } from '../../operator/running-node.ts';
import { node as made } from '../core/resources/nodes.ts';
import { FakeObjects, refusal, type Stored } from './tasks/fake-objects.ts';

const namespace = 'arctic';
const node = made({ dataVolume: { import: { pvcName: 'chain' } } });
const claim = (annotations = {}): Stored => ({
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'chain', namespace, uid: 'c-1', annotations },
});
const service: Stored = { kind: 'Service', metadata: { name: 'n0', namespace } };
const podOn = (claimName: string): Stored => ({
  kind: 'Pod',
  metadata: { name: 'n0-0', namespace },
  spec: { volumes: [{ name: 'data', persistentVolumeClaim: { claimName } }] },
});

const untold = (error: unknown) => {
  throw error;
};
const marks = test.macro(async (t, there: readonly Stored[], asked: readonly string[]) => {
  const objects = new FakeObjects([service, ...there]);
  t.is(await tendRunning(node, objects, untold), undefined);
  t.deepEqual(objects.asked, asked);
});
const marked = ['apply PersistentVolumeClaim chain'];
test('a claim that the pod runs on is said to carry the chain', marks, [claim(), podOn('chain')], marked);
test('that is said once', marks, [claim({ 'sei.io/bootstrapped': 'arctic-1' }), podOn('chain')], []);
test(
  'a claim that spec names since may be empty: it is not said of it',
  marks,
  [claim(), podOn('data-n0')],
  [],
);
test('nor of one that no pod is seen on', marks, [claim()], []);

test('what the API server refuses is told, and tried again', async t => {
  const objects = new FakeObjects([]);
  objects.before = asked => {
    if (asked.startsWith('apply')) throw refusal(403, 'Forbidden');
  };
  const told: unknown[] = [];
  t.is(await tendRunning(node, objects, error => told.push(error)), 60_000);
  t.is(String(told), 'Error: refused: Forbidden');
});
