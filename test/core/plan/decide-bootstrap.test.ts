import test from 'ava';
import { initPlan } from '../../../core/plan/build.ts';
import { type Decision, decide } from '../../../core/plan/decide.ts';
import type { Observed } from '../../../core/plan/observed.ts';
import type { SpecFault } from '../../../core/plan/spec-faults.ts';
import type { SeiNode, TaskPlan } from '../../../core/seinode.ts';
import { after, node, now, otherPlanID, planID } from './nodes.ts';

const spec = { fullNode: { snapshot: { s3: { targetHeight: 7 }, bootstrapImage: 'seid:v0' } } };
const plan = initPlan(node(spec), planID);
const submittedAt = '2026-05-01T10:00:00Z';

/** A plan whose tasks before one are complete. */
function at({ tasks, ...plan }: TaskPlan, type: string): TaskPlan {
  const until = tasks.findIndex(task => task.type === type);
  const done = { status: 'Complete', submittedAt } as const;
  return { ...plan, tasks: tasks.map((task, index) => (index < until ? { ...task, ...done } : task)) };
}

/** A node whose spec has changed since its plan was made. */
function changed(plan: TaskPlan, generation = 2): SeiNode {
  const progressing = { type: 'Progressing', status: 'True', reason: 'PlanActive', message: '' } as const;
  const conditions = [{ ...progressing, lastTransitionTime: submittedAt, observedGeneration: 1 }];
  return node(spec, { phase: 'Initializing', plan, conditions }, { generation });
}

const nothing: Observed = { faults: [], sidecar: {}, bootstrapJob: true };
const asSpec: Observed = { ...nothing, bootstrapAsSpec: true };
const decided = (subject: SeiNode, observed: Observed, at = now) =>
  decide(subject, observed, { now: at, planID: otherPlanID });
const shown = ({ plan, step }: Decision) =>
  `${'task' in step ? step.task.type : 'reason' in step ? step.reason : step.kind} of ${plan?.id === planID ? 'the plan' : 'another'}`;

const changes: readonly (readonly [string, Observed, string])[] = [
  ['configure-genesis', asSpec, 'configure-genesis of the plan'],
  ['await-bootstrap-complete', asSpec, 'await-bootstrap-complete of the plan'],
  ['await-bootstrap-complete', nothing, 'created of another'],
  ['deploy-bootstrap-job', asSpec, 'created of another'],
  ['teardown-bootstrap', asSpec, 'created of another'],
  ['apply-statefulset', { faults: [], sidecar: {} }, 'created of another'],
];
for (const [type, observed, result] of changes) {
  const job = observed.bootstrapAsSpec ? 'a bootstrap that spec would begin just so' : 'no such bootstrap';
  test(`a change of spec at ${type}, with ${job}: ${result}`, t => {
    t.is(shown(decided(changed(at(plan, type)), observed)), result);
  });
}

test('what changed while a bootstrap went on is taken up after it, and the volume is not begun anew', t => {
  const next = decided(changed(at(plan, 'apply-statefulset')), { faults: [], sidecar: {} }).plan!;
  t.false(next.tasks.some(({ type }) => type === 'deploy-bootstrap-job' || type === 'snapshot-restore'));
});

const left: readonly (readonly [string, boolean])[] = [
  ['deploy-bootstrap-job', false],
  ['configure-genesis', true],
  ['teardown-bootstrap', true],
  ['apply-statefulset', false],
];
for (const [type, isLeft] of left) {
  test(`at ${type} a Job that nobody has seen ${isLeft ? 'goes before' : 'is not looked for by'} the next plan`, t => {
    const { plan: next } = decided(changed(at(plan, type)), { faults: [], sidecar: {} });
    t.is(next?.tasks[0]?.type === 'teardown-bootstrap', isLeft);
  });
}

test('no pod is made of a spec that no plan would be made of', t => {
  const fault: SpecFault = { field: 'a', message: 'b', reason: 'FieldInvalid', blocks: 'every plan' };
  for (const type of ['deploy-bootstrap-job', 'apply-statefulset']) {
    const subject = changed(at(plan, type));
    t.is(shown(decided(subject, { ...nothing, faults: [fault] })), 'SpecNotServed of the plan');
  }
  t.is(
    shown(decided(changed(at(plan, 'ensure-data-pvc')), { ...nothing, faults: [fault] })),
    'ensure-data-pvc of the plan',
  );
});

const lost: Observed = { faults: [], sidecar: { ready: false, startedAt: '2026-05-01T11:00:00Z' } };
const awaiting = node(spec, { phase: 'Initializing', plan: at(plan, 'await-bootstrap-complete') });

test('a bootstrap whose sidecar has started anew is told mark-ready again, as one task', t => {
  const [one, other] = [decided(awaiting, lost), decided(awaiting, lost, after(1))];
  t.is(shown(one), 'mark-ready of the plan');
  t.deepEqual(one.plan, other.plan);
  const ids = [plan, one.plan!].map(({ tasks }) => tasks.find(({ type }) => type === 'mark-ready')!.id);
  t.is(new Set(ids).size, 2);
  t.is(shown(decided({ ...awaiting, status: { ...awaiting.status!, plan: one.plan! } }, lost)), shown(one));
});

const untold: readonly (readonly [string, SeiNode, Observed, Date?])[] = [
  ['one that is ready', awaiting, { faults: [], sidecar: { ready: true, startedAt: submittedAt } }],
  ['one that does not run', awaiting, { faults: [], sidecar: { stopped: true } }],
  ['one that was told just now', awaiting, lost, new Date('2026-05-01T10:00:09Z')],
];
for (const [what, subject, observed, at] of untold) {
  test(`${what} is not`, t => {
    t.is(shown(decided(subject, observed, at)), 'await-bootstrap-complete of the plan');
  });
}

test('a node that has bootstrapped is given its time since the mark-ready of its own pod', t => {
  const done = at(plan, '').tasks.map(task => ({ ...task, status: 'Complete' as const, submittedAt }));
  const tasks = done.with(-1, { ...done.at(-1)!, submittedAt: now.toISOString() });
  const running = node(spec, { phase: 'Running', currentImage: 'seid:v1', plan: { ...plan, tasks } });
  const { step } = decided(running, { faults: [], sidecar: { ready: false, startedAt: submittedAt } });
  t.is(step.kind, 'steady');
});
