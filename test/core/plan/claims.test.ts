import test from 'ava';
import fc from 'fast-check';
import type { ObjectMeta, OwnerReference } from '../../../core/kubernetes.ts';
import type { Check } from '../../../core/plan/check.ts';
import { type Claim, claimCheck, type Volume, volumeCheck } from '../../../core/plan/imported-claim.ts';
import { ownClaim } from '../../../core/plan/own-claim.ts';
import { node as made } from './nodes.ts';

const node = made({ fullNode: {} });
const metadata: ObjectMeta = { name: 'data-n0', namespace: 'arctic' };
const ownedBy = (uid: string, more: Partial<OwnerReference> = {}): Partial<ObjectMeta> => ({
  ownerReferences: [
    { apiVersion: 'sei.io/v1alpha1', kind: 'SeiNode', name: 'n0', uid, controller: true, ...more },
  ],
});
const deletionTimestamp = '2026-05-01T11:00:00Z';

type Kind = ReturnType<typeof ownClaim>['kind'];
const own = test.macro((t, there: Partial<ObjectMeta> | undefined, kind: Kind, says?: RegExp) => {
  const came = ownClaim(node, there && { metadata: { ...metadata, ...there } });
  t.is(came.kind, kind);
  t.regex('message' in came ? came.message : '', says ?? /^/);
});
test('a claim that is not there is made', own, undefined, 'create');
test('the node’s own is left as it is', own, ownedBy('u-1'), 'complete');
test('that of its predecessor is waited for', own, ownedBy('u-0'), 'waiting', /SeiNode n0 \(UID u-0\)/);
test('so is one on its way out', own, { deletionTimestamp }, 'waiting', /being deleted, since/);
test('so is the node’s own', own, { ...ownedBy('u-1'), deletionTimestamp }, 'waiting', /being deleted/);
test('one of nobody is never taken', own, {}, 'terminal', /import\.pvcName: data-n0 adopts it/);
test(
  'nor one of something else',
  own,
  ownedBy('u-9', { apiVersion: 'apps/v1', kind: 'StatefulSet' }),
  'terminal',
  /to StatefulSet/,
);
test('nor one of a SeiNode of another group', own, ownedBy('u-9', { apiVersion: 'other.io/v1' }), 'terminal');
test('an owner that does not manage it is none', own, ownedBy('u-1', { controller: false }), 'terminal');

const bound: Claim = {
  metadata,
  spec: { accessModes: ['ReadWriteOnce'], volumeName: 'pv' },
  status: { phase: 'Bound', capacity: { storage: '2000Gi' } },
};
const volume: Volume = { spec: { capacity: { storage: '2000Gi' } }, status: { phase: 'Bound' } };
const resizing = [{ type: 'FileSystemResizePending', status: 'True' }];

type Case = { metadata?: Partial<ObjectMeta>; spec?: Claim['spec']; status?: Claim['status'] };
const imported = test.macro(
  (t, change: Case | 'absent', behind: Volume | undefined, kind: Check['kind'], says?: RegExp) => {
    const claim =
      change === 'absent'
        ? undefined
        : {
            metadata: { ...metadata, ...change.metadata },
            spec: { ...bound.spec, ...change.spec },
            status: { ...bound.status, ...change.status },
          };
    const check = claimCheck(node, 'data-n0', claim as Claim | undefined);
    const last = check.kind === 'bound' ? volumeCheck(node, check, behind, '2000Gi') : check;
    t.is(last.kind, kind);
    t.regex(last.message, says ?? /can be used$/);
  },
);
const modes = (...accessModes: string[]) => ({ spec: { accessModes } });
const sized = (storage: string, more: Claim['status'] = {}) => ({
  status: { capacity: { storage }, ...more },
});
const behind = (storage: string) => ({ spec: { capacity: { storage } } });

test('import: a bound claim', imported, {}, volume, 'ready');
test('import: for one pod', imported, modes('ReadWriteOncePod'), volume, 'ready');
test('import: for several and one', imported, modes('ReadWriteMany', 'ReadWriteOnce'), volume, 'ready');
test(
  'import: for several only',
  imported,
  modes('ReadWriteMany'),
  volume,
  'invalid',
  /access modes ReadWriteMany/,
);
test('import: for nobody', imported, modes(), volume, 'invalid', /access modes none/);
test(
  'import: a raw device',
  imported,
  { spec: { ...bound.spec, volumeMode: 'Block' } },
  volume,
  'invalid',
  /is a Block volume: a Filesystem is needed/,
);
test(
  'import: a volume on its way out',
  imported,
  {},
  { ...volume, metadata: { deletionTimestamp } },
  'ready',
  /its PersistentVolume pv is being deleted, and goes as the claim does/,
);
test('import: none', imported, 'absent', volume, 'notReady', /does not exist in namespace arctic/);
test(
  'import: on its way out',
  imported,
  { metadata: { deletionTimestamp } },
  volume,
  'notReady',
  /being deleted/,
);
test(
  'import: Pending',
  imported,
  { status: { phase: 'Pending' } },
  volume,
  'notReady',
  /is Pending, not Bound/,
);
test('import: Lost', imported, { status: { phase: 'Lost' } }, volume, 'invalid', /is Lost/);
test('import: without a size', imported, { status: { capacity: {} } }, volume, 'notReady', /capacity/);
test('import: without a volume’s name', imported, { spec: { volumeName: '' } }, volume, 'notReady', /volume/);
test('import: without its volume', imported, {}, undefined, 'notReady', /pv of .* does not exist/);
test(
  'import: a Failed volume',
  imported,
  {},
  { ...volume, status: { phase: 'Failed' } },
  'invalid',
  /is Failed/,
);
test('import: a smaller volume', imported, {}, behind('1Ti'), 'invalid', /has 1Ti, .* says 2000Gi/);
test('import: a larger one', imported, {}, behind('3Ti'), 'invalid', /has 3Ti/);
test(
  'import: a larger one, into which it grows',
  imported,
  sized('2000Gi', { conditions: resizing }),
  behind('3Ti'),
  'ready',
);
test('import: a size written otherwise', imported, sized('2Ti'), behind('2048Gi'), 'ready');
test(
  'import: less than a new one gets',
  imported,
  sized('1Ti'),
  behind('1Ti'),
  'ready',
  /1Ti are less than the 2000Gi/,
);
test(
  'import: what the node owns',
  imported,
  { metadata: ownedBy('u-1') },
  volume,
  'ready',
  /belongs to this SeiNode/,
);
test(
  'import: what another node owns',
  imported,
  { metadata: ownedBy('u-0') },
  volume,
  'notReady',
  /UID u-0.*ownerRef/,
);
test(
  'import: what another owns beside',
  imported,
  { metadata: ownedBy('u-0', { controller: false }) },
  volume,
  'notReady',
  /take away its ownerReference/,
);

const owner = fc.record({
  apiVersion: fc.constantFrom('sei.io/v1alpha1', 'apps/v1'),
  kind: fc.constantFrom('SeiNode', 'StatefulSet'),
  uid: fc.constantFrom('u-0', 'u-1'),
  controller: fc.boolean(),
});
const anyMetadata = fc
  .record({ ownerReferences: fc.array(owner, { maxLength: 2 }), going: fc.boolean() })
  .map(({ ownerReferences, going }) => ({
    ...metadata,
    ownerReferences,
    ...(going && { deletionTimestamp }),
  }));

test('a claim is used as the node’s own only where the node manages it and it stays', t => {
  fc.assert(
    fc.property(anyMetadata, metadata => {
      if (ownClaim(node, { metadata }).kind !== 'complete') return true;
      const controller = metadata.ownerReferences.find(each => each.controller);
      return controller?.uid === 'u-1' && metadata.deletionTimestamp === undefined;
    }),
  );
  t.pass();
});

test('a claim is imported only where no other node takes it along as it goes', t => {
  fc.assert(
    fc.property(anyMetadata, metadata => {
      if (claimCheck(node, 'data-n0', { ...bound, metadata }).kind !== 'bound') return true;
      return (
        metadata.deletionTimestamp === undefined &&
        !metadata.ownerReferences.some(
          each => each.kind === 'SeiNode' && each.apiVersion !== 'apps/v1' && each.uid !== 'u-1',
        )
      );
    }),
  );
  t.pass();
});
