import test from 'ava';
import type { SeiNode, TaskPlan } from '../../core/seinode.ts';
import { Progress } from '../../operator/progress.ts';
import { fullNode, node, otherPlanID, planID } from '../core/plan/nodes.ts';

const key = 'arctic/n0';
const plan: TaskPlan = { id: planID, phase: 'Active', tasks: [] };
const ahead = {
  plan: { ...plan, tasks: [{ id: 'a', type: 'mark-ready', status: 'Complete' as const }] },
  currentImage: 'seid:v1',
  found: {},
};
const stored = (more: Partial<TaskPlan> = {}, uid = 'u-1'): SeiNode =>
  node(fullNode, { plan: { ...plan, ...more } }, { uid });

test('progress is that of the plan in status alone', t => {
  const progress = new Progress();
  progress.remember(key, stored(), ahead);
  t.like(progress.of(key, stored()), ahead);
  t.is(progress.of('arctic/n1', stored()), undefined);
  t.is(progress.of(key, stored({ id: otherPlanID })), undefined);
  t.is(progress.of(key, stored({ phase: 'Failed' })), undefined);
  t.is(progress.of(key, stored({}, 'u-2')), undefined);
  t.is(progress.of(key, node(fullNode)), undefined);
});

test('a status waits from the first time on, and anew once it was written', t => {
  const progress = new Progress();
  t.like(progress.waiting(key, false, 5), { since: 5, faultSince: undefined });
  t.like(progress.waiting(key, true, 9), { since: 5, faultSince: 9 });
  t.like(progress.waiting(key, true, 11), { since: 5, faultSince: 9 });
  t.like(progress.waiting(key, false, 12), { since: 5, faultSince: undefined });
  t.like(progress.waiting(key, true, 3), { since: 3, faultSince: 3 });
  progress.remember(key, stored(), ahead);
  progress.saved(key);
  t.like(progress.waiting(key, true, 12), { since: 12, faultSince: 12 });
  t.is(progress.of(key, stored()), undefined);
});

test('of the last five times that peers were written the first is known, until the node is gone', t => {
  const progress = new Progress();
  t.is(progress.waiting(key, false, 5).peersWritten, undefined);
  for (const moment of [4, 5, 6, 7, 8]) {
    t.is(progress.waiting(key, false, 8).peersWritten, undefined);
    progress.wrotePeers(key, moment);
  }
  t.is(progress.waiting(key, false, 8).peersWritten, 4);
  progress.wrotePeers(key, 9);
  progress.saved(key);
  t.is(progress.waiting(key, false, 9).peersWritten, 5);
  progress.forget(key);
  t.deepEqual(progress.waiting(key, false, 9), { since: 9, faultSince: undefined, peersWritten: undefined });
});
