import test from 'ava';
import fc from 'fast-check';
import {
  type FinalizeStep,
  type Found,
  type Fresh,
  finalizeStep,
  type NodePod,
  type OwnClaim,
  type Workload,
} from '../../../core/plan/finalize.ts';

const workload: Workload = { kind: 'StatefulSet', name: 'n0', uid: 's', going: false, ours: true };
const foreign: Workload = { ...workload, uid: 'foreign', ours: false };
const pod: NodePod = { name: 'n0-0', going: false, controllerUID: 's' };
const claim: OwnClaim = { name: 'data-n0', uid: 'c', going: false, ours: true, resourceVersion: '7' };
const fresh: Fresh = { imports: undefined, importers: [] };
/** Only the claim is left. */
const last: Found = { orphaning: false, workloads: [], pods: [], claim, fresh, kind: 'stays' };

const next = test.macro((t, found: Partial<Found>, step: FinalizeStep['kind'], says?: RegExp) => {
  const taken = finalizeStep({ ...last, ...found });
  t.is(taken.kind, step);
  if (says) t.regex('message' in taken ? taken.message : '', says);
});
const waits = (says: RegExp) => ['wait', says] as const;
const going = { going: true };
const none = undefined;

test('the StatefulSet goes first', next, { workloads: [workload] }, 'delete workloads');
test('a Job too', next, { workloads: [{ ...workload, kind: 'Job' }] }, 'delete workloads');
test(
  'it is deleted once',
  next,
  { workloads: [{ ...workload, ...going }] },
  ...waits(/StatefulSet n0 \(being deleted\)/),
);
test('then its pods are waited for', next, { pods: [pod] }, ...waits(/Pod n0-0 must go/));
test(
  'a pod that nobody manages is told',
  next,
  { pods: [{ ...pod, controllerUID: none }] },
  ...waits(/delete it/),
);
test('then the claim is deleted', next, {}, 'delete claim');
test('and waited for', next, { claim: { ...claim, ...going } }, ...waits(/data-n0 is being deleted/));
test('then the node is released', next, { claim: 'none' }, 'release');
test('a claim that is not the node’s is left alone', next, { claim: { ...claim, ours: false } }, 'release');
test('the node is looked at afresh before its claim is deleted', next, { fresh: none }, 'look');
test('and after that its kind', next, { kind: none }, 'look');
test('where that goes the claim is kept', next, { kind: 'goes' }, 'keep claim');
test('unless it is going itself', next, { kind: 'goes', claim: { ...claim, ...going } }, 'wait');
test('an imported claim is not deleted', next, { fresh: { ...fresh, imports: 'other' } }, 'release');
test(
  'nor left for garbage collection',
  next,
  { fresh: { ...fresh, imports: 'data-n0' } },
  ...waits(/take away its ownerReference/),
);
test(
  'nor one that another imports',
  next,
  { fresh: { ...fresh, importers: ['n1'] } },
  ...waits(/SeiNode n1/),
);
test('nor that of a node which has gone', next, { fresh: 'gone' }, 'none');
test(
  'while objects are being orphaned nothing is done',
  next,
  { orphaning: true, workloads: [workload] },
  ...waits(/orphan/),
);
test(
  'a StatefulSet that is not the node’s is not deleted, nor the claim that its pod may use',
  next,
  { workloads: [foreign], pods: [{ ...pod, controllerUID: 'foreign' }] },
  ...waits(/may use/),
);
test(
  'an orphaned StatefulSet with its pod and its claim does not hold the node',
  next,
  { workloads: [foreign], pods: [{ ...pod, controllerUID: 'foreign' }], claim: { ...claim, ours: false } },
  'release',
);

const uid = fc.constantFrom('s', 'foreign', 'x');
const remnant = { name: fc.constantFrom('n0', 'n0-0'), uid, going: fc.boolean(), ours: fc.boolean() };
const unseen = <T>(seen: fc.Arbitrary<T>) => fc.option(seen, { nil: undefined, freq: 6 });
/** About half of the findings are as they are at the last step: so every step is reached. */
const findings: fc.Arbitrary<Found> = fc
  .record(
    {
      orphaning: fc.constantFrom(false, false, true),
      workloads: unseen(
        fc.array(fc.record({ ...remnant, kind: fc.constantFrom('StatefulSet', 'Job') }), { maxLength: 2 }),
      ),
      pods: unseen(
        fc.array(fc.record({ ...remnant, controllerUID: fc.option(uid, { nil: undefined }) }), {
          maxLength: 2,
        }),
      ),
      claim: unseen(
        fc.oneof(
          fc.constant('none' as const),
          fc.record({ ...remnant, name: fc.constant('data-n0'), resourceVersion: fc.constant('7') }),
        ),
      ),
      fresh: unseen(
        fc.oneof(
          fc.constant('gone' as const),
          fc.record({
            imports: fc.constantFrom(undefined, 'data-n0', 'other'),
            importers: fc.subarray(['n1', 'n2']),
          }),
        ),
      ),
      kind: unseen(fc.constantFrom('stays', 'stays', 'stays', 'goes')),
    },
    { requiredKeys: [] },
  )
  .map(changed => ({ ...last, ...changed }));
const parameters = { seed: 17, numRuns: 10_000 };

test('a claim is deleted only beside nothing, never one that is imported, gone or not the node’s', t => {
  let deleted = 0;
  fc.assert(
    fc.property(findings, found => {
      const step = finalizeStep(found);
      if (step.kind !== 'delete claim') return true;
      deleted += 1;
      const { orphaning, workloads, pods, claim, fresh, kind } = found;
      const known = typeof claim === 'object' && typeof fresh === 'object' && step.claim === claim;
      return (
        known &&
        claim.ours &&
        !claim.going &&
        !orphaning &&
        workloads?.length === 0 &&
        pods?.length === 0 &&
        fresh.imports === undefined &&
        fresh.importers.length === 0 &&
        kind === 'stays'
      );
    }),
    parameters,
  );
  t.true(deleted > 40, `${deleted} deletions`);
});

test('nor is a StatefulSet or Job that is not the node’s, and none is deleted twice', t => {
  fc.assert(
    fc.property(findings, found => {
      const step = finalizeStep(found);
      if (step.kind !== 'delete workloads') return true;
      return step.workloads.length > 0 && step.workloads.every(({ ours, going }) => ours && !going);
    }),
    parameters,
  );
  t.pass();
});

test('the node is released only when nothing of its own is left', t => {
  fc.assert(
    fc.property(findings, found => {
      if (finalizeStep(found).kind !== 'release') return true;
      const { orphaning, workloads = [{ ours: true }], claim, fresh } = found;
      const kept = typeof fresh === 'object' && fresh.imports === 'other';
      const claimed = typeof claim === 'object' ? claim.ours && !kept : claim !== 'none';
      return !orphaning && !workloads.some(({ ours }) => ours) && !claimed;
    }),
    parameters,
  );
  t.pass();
});

test('what has been looked at is not looked at again, so every look comes to an end', t => {
  fc.assert(
    fc.property(findings, found => {
      const step = finalizeStep(found);
      return step.kind !== 'look' || found[step.at] === undefined;
    }),
    parameters,
  );
  t.pass();
});
