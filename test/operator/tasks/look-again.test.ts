import test from 'ava';
import type { PlannedTask, SeiNode } from '../../../core/seinode.ts';
import { lookAgain } from '../../../operator/tasks/look-again.ts';
import { node as made, settings, validator } from '../../core/resources/nodes.ts';
import { FakeObjects, refusal, type Stored } from './fake-objects.ts';

const namespace = 'arctic';
const isThere = 'PersistentVolumeClaim data-n0 is there already and belongs to no SeiNode: …';
const imports = { dataVolume: { import: { pvcName: 'chain' } } };

/** Node n0 whose init plan failed of a task. */
function failed(type: string, spec: object, error = 'it is wrong'): SeiNode {
  const task: PlannedTask = { id: 'id', type, status: 'Failed', error };
  const plan = { id: 'plan', phase: 'Failed', failedPhase: 'Failed', tasks: [task] } as const;
  return { ...made(spec), status: { phase: 'Failed', plan } };
}
const secret = (data: object): Stored => ({
  kind: 'Secret',
  metadata: { name: 'consensus', namespace },
  data,
});
const claim = (more: object, phase = 'Bound'): Stored => ({
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'chain', namespace },
  spec: { accessModes: ['ReadWriteOnce'], volumeName: 'pv', ...more },
  status: { phase, capacity: { storage: '2000Gi' } },
});
const volume = (phase: string): Stored => ({
  kind: 'PersistentVolume',
  metadata: { name: 'pv' },
  spec: { capacity: { storage: '2000Gi' } },
  status: { phase },
});
const stranger = (more: object = {}): Stored => ({
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'data-n0', namespace, ...more },
});
const half = { type: 'tendermint/PrivKeyEd25519', value: 'c2VjcmV0' };
const key = Buffer.from(JSON.stringify({ address: 'A', pub_key: half, priv_key: half })).toString('base64');
const badKey = failed('validate-signing-key', validator);
const badImport = failed('ensure-data-pvc', imports);
const inTheWay = failed('ensure-data-pvc', {}, isThere);

const cases: readonly (readonly [string, SeiNode, readonly Stored[], boolean, string?])[] = [
  ['a key that is still none', badKey, [secret({})], false, 'SigningKeyInvalid'],
  [
    'a key that is one now',
    badKey,
    [secret({ 'priv_validator_key.json': key })],
    true,
    'SigningKeyValidated',
  ],
  ['a Secret that is gone, so that another may come', badKey, [], true, 'SigningKeyNotReady'],
  ['a claim that is still Lost', badImport, [claim({}, 'Lost')], false, 'PVCInvalid'],
  ['a volume that is still Failed', badImport, [claim({}), volume('Failed')], false, 'PVCInvalid'],
  ['a claim that can be used', badImport, [claim({}), volume('Bound')], true, 'PVCValidated'],
  ['a claim that is gone', badImport, [], true, 'PVCNotReady'],
  ['a claim that is still in the way', inTheWay, [stranger()], false],
  ['one that is on its way out', inTheWay, [stranger({ deletionTimestamp: '2026-05-01T11:00:00Z' })], true],
  ['one that is gone', inTheWay, [], true],
  ['a claim that the API server refused to make', failed('ensure-data-pvc', {}, 'answers 422'), [], false],
  ['a task of the sidecar', failed('config-apply', {}), [], false],
];
for (const [what, node, there, mended, reason] of cases) {
  test(`${what} is ${mended ? '' : 'not '}mended`, async t => {
    const objects = new FakeObjects(there);
    const again = await lookAgain(node, { objects, settings });
    t.is(again.mended, mended);
    t.is(Object.values(again.found ?? {})[0]?.reason, reason);
    t.true(objects.asked.every(asked => asked.startsWith('get ')));
  });
}

test('nothing is asked of a node that runs, or goes', async t => {
  const objects = new FakeObjects([]);
  const running: SeiNode = { ...badKey, status: { ...badKey.status, phase: 'Running' } };
  const going = { ...badKey, metadata: { ...badKey.metadata, deletionTimestamp: '2026-05-01T11:00:00Z' } };
  for (const node of [running, going]) {
    t.deepEqual(await lookAgain(node, { objects, settings }), { mended: false });
  }
  t.deepEqual(objects.asked, []);
});

test('what may not be read is not mended', async t => {
  const objects = new FakeObjects([]);
  objects.before = () => {
    throw refusal(403, 'Forbidden');
  };
  t.false((await lookAgain(badKey, { objects, settings })).mended);
});
