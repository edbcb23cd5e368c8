import test from 'ava';
import type { Condition } from '../../../core/kubernetes.ts';
import { advance, currentTask } from '../../../core/plan/advance.ts';
import { imageUpdatePlan, initPlan, markReadyPlan, peersPlan } from '../../../core/plan/build.ts';
import { type Decision, decide } from '../../../core/plan/decide.ts';
import type { Observed } from '../../../core/plan/observed.ts';
import { planKind } from '../../../core/plan/plan-kind.ts';
import type { SpecFault } from '../../../core/plan/spec-faults.ts';
import { nextStatus } from '../../../core/plan/status.ts';
import { taskID } from '../../../core/plan/tasks.ts';
import type { TLSVerdict } from '../../../core/policy.ts';
import type { SeiNode, SeiNodeStatus, TaskPlan } from '../../../core/seinode.ts';
import { after, fullNode, node, now, otherPlanID, planID, tls } from './nodes.ts';

const secured = { ...fullNode, sidecar: tls };
const ready: TLSVerdict = { status: 'True', reason: 'Ready', message: 'served' };
const missing: TLSVerdict = {
  status: 'False',
  reason: 'NotFound',
  message: 'Secret arctic/n0-tls does not exist',
};
const unread: TLSVerdict = { status: 'Unknown', reason: 'Unavailable', message: 'no answer' };
const nothing: Observed = { faults: [], sidecar: {} };
const lost: Observed = { faults: [], sidecar: { ready: false, startedAt: '2026-05-01T11:00:00Z' } };

function decided(subject: SeiNode, observed: Observed = nothing, at: Date = now): Decision {
  return decide(subject, observed, { now: at, planID: otherPlanID });
}

/** `PHASE: STEP REASON; PLAN` of a decision. */
function told({ phase, plan, step }: Decision): string {
  const what =
    step.kind === 'run' || step.kind === 'poll' ? step.task.type : 'reason' in step ? step.reason : '';
  const kind =
    plan === undefined
      ? 'no plan'
      : `${planKind(plan)} ${plan.phase} ${plan.id === otherPlanID ? 'new' : 'stored'}`;
  return `${phase}: ${`${step.kind} ${what}`.trim()}; ${kind}`;
}

const decides = test.macro((t, subject: SeiNode, observed: Observed, result: string) => {
  t.is(told(decided(subject, observed)), result);
});

/** Condition Progressing that speaks of a generation. */
function acted(observedGeneration: number): Pick<SeiNodeStatus, 'conditions'> {
  const progressing = {
    type: 'Progressing',
    status: 'True',
    reason: 'PlanActive',
    message: '',
    observedGeneration,
  };
  return { conditions: [progressing as Condition] };
}

/** A plan with its first tasks complete, and the next one as given. */
function at(plan: TaskPlan, type: string, next: object = {}): TaskPlan {
  const index = plan.tasks.findIndex(task => task.type === type);
  const tasks = plan.tasks.map((task, place) =>
    place < index ? { ...task, status: 'Complete' as const } : place === index ? { ...task, ...next } : task,
  );
  return { ...plan, tasks };
}

function failedAt(plan: TaskPlan, type: string, moment: Date): TaskPlan {
  const stopped = at(plan, type);
  const { id } = currentTask(stopped)!;
  return advance(stopped, { id, attempt: 0, kind: 'terminal', message: 'broken' }, moment);
}

const complete = (plan: TaskPlan, sent = '2026-05-01T10:00:00Z'): TaskPlan => ({
  ...plan,
  phase: 'Complete',
  tasks: plan.tasks.map(task => ({ ...task, status: 'Complete', submittedAt: sent })),
});
const plain = node(fullNode);
const init = initPlan(plain, planID);
const update = imageUpdatePlan(plain, planID);
const markReady = markReadyPlan(plain, planID);
const running: SeiNodeStatus = { phase: 'Running', currentImage: 'seid:v1' };
const outdated: SeiNodeStatus = { phase: 'Running', currentImage: 'seid:v0' };

// The gate (contract §2)
test('a new node gets an init plan', decides, plain, nothing, 'Initializing: created; init Active new');
test(
  'under TLS it gets one once its Secret is Ready',
  decides,
  node(secured),
  { ...nothing, verdict: ready },
  'Initializing: created; init Active new',
);
test(
  'a plan of null is none: without its Secret a node stays Pending',
  decides,
  node(secured, { plan: null } as unknown as SeiNodeStatus),
  { ...nothing, verdict: missing },
  'Pending: waiting GateClosed; no plan',
);
test(
  'without its Secret it stays Pending',
  decides,
  node(secured),
  { ...nothing, verdict: missing },
  'Pending: waiting GateClosed; no plan',
);
test(
  'while the Secret cannot be read it stays Pending',
  decides,
  node(secured),
  { ...nothing, verdict: unread },
  'Pending: waiting GateClosed; no plan',
);
test(
  'while nobody has judged the Secret it stays Pending',
  decides,
  node(secured),
  nothing,
  'Pending: waiting GateClosed; no plan',
);
test(
  'without TLS no verdict closes a gate',
  decides,
  plain,
  { ...nothing, verdict: missing },
  'Initializing: created; init Active new',
);
test(
  'a Running node without its Secret is left alone',
  decides,
  node(secured, running),
  { ...nothing, verdict: missing },
  'Running: steady; no plan',
);
test(
  'its image update is held',
  decides,
  node(secured, outdated),
  { ...nothing, verdict: missing },
  'Running: waiting GateClosed; no plan',
);
test(
  'and goes on once the Secret is back',
  decides,
  node(secured, outdated),
  { ...nothing, verdict: ready },
  'Running: created; image update Active new',
);
test(
  'its lost sidecar is not told mark-ready',
  decides,
  node(secured, running),
  { ...lost, verdict: missing },
  'Running: waiting GateClosed; no plan',
);
for (const type of ['apply-statefulset', 'replace-pod']) {
  test(
    `a gate that closes under an active image update holds ${type}`,
    decides,
    node(secured, { ...outdated, plan: at(update, type) }),
    { ...nothing, verdict: missing },
    'Running: waiting GateClosed; image update Active stored',
  );
}
test(
  'a gate that closes under an active plan does not hold what touches no pod',
  decides,
  node(secured, { phase: 'Initializing', plan: at(init, 'config-apply') }),
  { ...nothing, verdict: missing },
  'Initializing: run config-apply; init Active stored',
);

// What is stored goes on
test(
  'a stored plan goes on where it was',
  decides,
  node(fullNode, { phase: 'Initializing', plan: at(init, 'apply-service') }),
  nothing,
  'Initializing: run apply-service; init Active stored',
);
test(
  'a task that the sidecar has is asked for',
  decides,
  node(fullNode, {
    phase: 'Initializing',
    plan: at(init, 'config-apply', { submittedAt: '2026-05-01T11:59:00Z' }),
  }),
  nothing,
  'Initializing: poll config-apply; init Active stored',
);
test(
  'a task on the API is run again, although the reference says when it submitted it',
  decides,
  node(fullNode, { ...outdated, plan: at(update, 'observe-image', { submittedAt: '2026-05-01T11:59:00Z' }) }),
  nothing,
  'Running: run observe-image; image update Active stored',
);
test(
  'a task that failed a moment ago waits for its time',
  decides,
  node(fullNode, {
    phase: 'Initializing',
    plan: at(init, 'configure-genesis', {
      retryCount: 1,
      error: 'no genesis',
      submittedAt: '2026-05-01T11:59:55Z',
    }),
  }),
  nothing,
  'Initializing: failed TaskRetrying; init Active stored',
);
test(
  'and is sent again after ten seconds',
  decides,
  node(fullNode, {
    phase: 'Initializing',
    plan: at(init, 'configure-genesis', {
      retryCount: 1,
      error: 'no genesis',
      submittedAt: '2026-05-01T11:59:50Z',
    }),
  }),
  nothing,
  'Initializing: run configure-genesis; init Active stored',
);
test('a retry is due on the moment that was named for it', t => {
  const retry = { retryCount: 1, error: 'no genesis', submittedAt: '2026-05-01T12:00:00Z' };
  const subject = node(fullNode, { phase: 'Initializing', plan: at(init, 'configure-genesis', retry) });
  const { step } = decided(subject);
  const until = 'until' in step ? step.until : undefined;
  t.deepEqual(until, new Date('2026-05-01T12:00:10Z'));
  t.is(decided(subject, nothing, until).step.kind, 'run');
});

test(
  'a plan with a task that is not served stalls',
  decides,
  node(fullNode, {
    phase: 'Initializing',
    plan: { phase: 'Active', tasks: [{ id: 'b', type: 'do-what-nobody-knows', status: 'Pending' }] },
  }),
  nothing,
  'Initializing: stalled TaskNotServed; other Active stored',
);
test(
  'an active plan without tasks left is complete',
  decides,
  node(fullNode, { ...running, phase: 'Initializing', plan: { ...complete(init), phase: 'Active' } }),
  nothing,
  'Running: steady; init Complete stored',
);
test(
  'an active plan with a failed task has failed',
  decides,
  node(fullNode, { phase: 'Initializing', plan: at(init, 'config-apply', { status: 'Failed' }) }),
  nothing,
  'Failed: stalled PlanFailed; init Failed stored',
);

// Phases
test(
  'a complete init plan makes a node Running',
  decides,
  node(fullNode, { phase: 'Initializing', currentImage: 'seid:v1', plan: complete(init) }),
  nothing,
  'Running: steady; init Complete stored',
);
test(
  'a failed init plan makes it Failed',
  decides,
  node(fullNode, { phase: 'Initializing', plan: failedAt(init, 'config-apply', now) }),
  nothing,
  'Failed: stalled PlanFailed; init Failed stored',
);
const lostClaim = node(fullNode, {
  phase: 'Failed',
  plan: failedAt(init, 'ensure-data-pvc', now),
  ...acted(1),
});
test(
  'one that failed of what people bring is looked at again',
  decides,
  lostClaim,
  nothing,
  'Failed: failed PlanFailed; init Failed stored',
);
test('half a minute later, should nothing that is watched tell sooner', t => {
  const { step } = decided(lostClaim);
  t.like(step, { until: after(30) });
  t.regex('message' in step ? step.message : '', /as soon as that is mended, or spec changed, another plan/);
});
test(
  'once that is mended another plan starts, of the same spec',
  decides,
  lostClaim,
  { ...nothing, mended: true },
  'Initializing: created; init Active new',
);
test(
  'a failed image update leaves it Running',
  decides,
  node(fullNode, { ...outdated, plan: failedAt(update, 'replace-pod', now) }),
  nothing,
  'Running: failed PlanFailed; image update Failed stored',
);
test(
  'a node being deleted is Terminating, whatever its plan',
  decides,
  node(fullNode, { phase: 'Initializing', plan: init }, { deletionTimestamp: '2026-05-01T11:00:00Z' }),
  nothing,
  'Terminating: terminating; init Active stored',
);
test(
  'a node that lost its plan while Initializing gets another',
  decides,
  node(fullNode, { phase: 'Initializing' }),
  nothing,
  'Initializing: created; init Active new',
);
test(
  'a Failed node stays so while its spec does',
  decides,
  node(fullNode, { phase: 'Failed', plan: failedAt(init, 'config-apply', now), ...acted(1) }),
  nothing,
  'Failed: stalled PlanFailed; init Failed stored',
);
test(
  'a node that the reference left Failed stays so',
  decides,
  node(fullNode, { phase: 'Failed' }),
  nothing,
  'Failed: stalled PlanFailed; no plan',
);
test(
  'a change of spec starts a Failed node again',
  decides,
  node(
    fullNode,
    { phase: 'Failed', plan: failedAt(init, 'config-apply', now), ...acted(1) },
    { generation: 2 },
  ),
  nothing,
  'Initializing: created; init Active new',
);
test(
  'behind a closed gate it is Pending again first',
  decides,
  node(
    secured,
    { phase: 'Failed', plan: failedAt(init, 'config-apply', now), ...acted(1) },
    { generation: 2 },
  ),
  { ...nothing, verdict: missing },
  'Pending: waiting GateClosed; no plan',
);

// Image updates
test(
  'another image than the current one is rolled out',
  decides,
  node(fullNode, outdated),
  nothing,
  'Running: created; image update Active new',
);
test('the same image is not', decides, node(fullNode, running), nothing, 'Running: steady; no plan');
test('no current image is not an update: it is set', t => {
  const decision = decided(node(fullNode, { phase: 'Running', currentImage: '' }), {
    ...nothing,
    image: 'seid:v1',
  });
  t.is(told(decision), 'Running: steady; no plan');
  t.is(decision.currentImage, 'seid:v1');
});
test(
  'no current image while nothing is seen waits',
  decides,
  node(fullNode, { phase: 'Running' }),
  nothing,
  'Running: waiting NothingObserved; no plan',
);
test('no current image and a pod of another one is an update', t => {
  const decision = decided(node(fullNode, { phase: 'Running' }), { ...nothing, image: 'seid:v0' });
  t.is(told(decision), 'Running: created; image update Active new');
  t.is(decision.currentImage, 'seid:v0');
});
test('an init plan that is complete says which image runs, though spec has moved on', t => {
  const subject = node({ ...fullNode, image: 'seid:v2' }, { phase: 'Initializing', plan: complete(init) });
  const decision = decided(subject);
  t.is(decision.currentImage, 'seid:v1');
  t.is(told(decision), 'Running: created; image update Active new');
});
test('an observed image is current, though spec has moved on', t => {
  const plan = at(update, 'mark-ready', { submittedAt: '2026-05-01T11:59:00Z' });
  const decision = decided(node({ ...fullNode, image: 'seid:v2' }, { ...outdated, plan }));
  t.is(decision.currentImage, 'seid:v1');
});
const unsaid = at(update, 'mark-ready').tasks.map(task => ({ ...task, params: {} }));
const ofReference = { ...outdated, plan: { ...update, tasks: unsaid } };
test('an image observed by a plan of the reference is that of spec', t => {
  t.is(decided(node(fullNode, ofReference)).currentImage, 'seid:v1');
});
test('but that of its pod where there is one: spec may be another since', t => {
  const subject = node({ ...fullNode, image: 'seid:v2' }, ofReference);
  t.is(decided(subject, { ...nothing, image: 'seid:v1' }).currentImage, 'seid:v1');
});
test('an update that failed is tried again a minute later', t => {
  const subject = node(fullNode, { ...outdated, plan: failedAt(update, 'replace-pod', now) });
  const { step } = decided(subject);
  t.deepEqual('until' in step ? step.until : undefined, new Date('2026-05-01T12:01:00Z'));
  t.is(told(decided(subject, nothing, after(60))), 'Running: created; image update Active new');
});
test(
  'and at once after a change of spec',
  decides,
  node(fullNode, { ...outdated, plan: failedAt(update, 'replace-pod', now), ...acted(1) }, { generation: 2 }),
  nothing,
  'Running: created; image update Active new',
);
test('an update that failed is finished although spec went back to the old image', t => {
  const subject = node(fullNode, { ...running, plan: failedAt(update, 'observe-image', now) });
  t.is(told(decided(subject, nothing, after(61))), 'Running: created; image update Active new');
});
test(
  'a change of spec replaces an update that waits',
  decides,
  node(fullNode, { ...outdated, plan: at(update, 'observe-image'), ...acted(1) }, { generation: 2 }),
  nothing,
  'Running: created; image update Active new',
);
test(
  'a change of spec replaces an init plan that waits',
  decides,
  node(
    fullNode,
    { phase: 'Initializing', plan: at(init, 'configure-genesis'), ...acted(1) },
    { generation: 2 },
  ),
  nothing,
  'Initializing: created; init Active new',
);
test(
  'but not while the sidecar has a task of it',
  decides,
  node(
    fullNode,
    {
      phase: 'Initializing',
      plan: at(init, 'config-apply', { submittedAt: '2026-05-01T11:59:00Z' }),
      ...acted(1),
    },
    { generation: 2 },
  ),
  nothing,
  'Initializing: poll config-apply; init Active stored',
);
test(
  'even then where that sidecar does not run',
  decides,
  node(
    fullNode,
    {
      phase: 'Initializing',
      plan: at(init, 'config-apply', { submittedAt: '2026-05-01T11:59:00Z' }),
      ...acted(1),
    },
    { generation: 2 },
  ),
  { ...nothing, sidecar: { stopped: true } },
  'Initializing: created; init Active new',
);
test(
  'nor behind a closed gate',
  decides,
  node(
    secured,
    { phase: 'Initializing', plan: at(init, 'configure-genesis'), ...acted(1) },
    { generation: 2 },
  ),
  { ...nothing, verdict: missing },
  'Initializing: run configure-genesis; init Active stored',
);
test('a node begun anew is not known to run what it ran before', t => {
  t.is(decided(node(fullNode, { phase: 'Pending', currentImage: 'seid:v0' })).currentImage, undefined);
});
const replacing = (of: SeiNode, observed = nothing) =>
  decided(of, observed).plan?.tasks.some(({ type }) => type === 'replace-pod');
test('a pod left from before is replaced by the plan', t => {
  t.true(replacing(plain, { ...nothing, mayHavePod: true }));
});
test('of a node that nobody has begun there is none', t => {
  t.false(replacing(plain));
});
test('one that nobody has seen yet, of the template of a plan whose place another takes, is as well', t => {
  const begun = { phase: 'Initializing' as const, plan: at(init, 'configure-genesis'), ...acted(1) };
  t.true(replacing(node(fullNode, begun, { generation: 2 })));
});

// mark-ready
test(
  'a Running node whose sidecar is not ready is told mark-ready',
  decides,
  node(fullNode, running),
  lost,
  'Running: created; mark-ready Active new',
);
test(
  'a ready one is not',
  decides,
  node(fullNode, running),
  { ...nothing, sidecar: { ready: true } },
  'Running: steady; no plan',
);
test('one without status is not', decides, node(fullNode, running), nothing, 'Running: steady; no plan');
test(
  'a node that is not Running is not',
  decides,
  node(fullNode, { phase: 'Failed' }),
  lost,
  'Failed: stalled PlanFailed; no plan',
);
test(
  'a sidecar that started after its last mark-ready is told again',
  decides,
  node(fullNode, { ...running, plan: complete(markReady, '2026-05-01T10:59:59Z') }),
  lost,
  'Running: created; mark-ready Active new',
);
test('one that was told just now is given a minute', t => {
  const subject = node(fullNode, { ...running, plan: complete(init, '2026-05-01T11:59:40Z') });
  const decision = decided(subject, lost);
  t.is(told(decision), 'Running: steady; init Complete stored');
  t.deepEqual('until' in decision.step ? decision.step.until : undefined, new Date('2026-05-01T12:00:40Z'));
  t.is(told(decided(subject, lost, after(40))), 'Running: created; mark-ready Active new');
});
test('mark-ready that failed is tried again a minute later', t => {
  const subject = node(fullNode, { ...running, plan: failedAt(markReady, 'mark-ready', now) });
  t.is(told(decided(subject, lost)), 'Running: failed PlanFailed; mark-ready Failed stored');
  t.is(told(decided(subject, lost, after(60))), 'Running: created; mark-ready Active new');
});

// What spec asks for
const fault = (blocks: SpecFault['blocks']): Observed => ({
  ...nothing,
  faults: [{ field: 'spec.x', message: 'is not served', reason: 'FieldNotServed', blocks }],
});
test(
  'a field that blocks an init plan stalls a new node',
  decides,
  plain,
  fault('init'),
  'Pending: stalled SpecNotServed; no plan',
);
test(
  'it does not hold an image update of a Running one',
  decides,
  node(fullNode, outdated),
  fault('init'),
  'Running: created; image update Active new',
);
test(
  'a field that blocks every plan does',
  decides,
  node(fullNode, outdated),
  fault('every plan'),
  'Running: stalled SpecNotServed; no plan',
);
test(
  'a Running node with such a field and nothing to do is steady',
  decides,
  node(fullNode, running),
  fault('every plan'),
  'Running: steady; no plan',
);
test(
  'a field that is passed over blocks nothing',
  decides,
  plain,
  fault('nothing'),
  'Initializing: created; init Active new',
);

// Taken over
test('a plan that the reference stored, half way, is continued with its ids to Running', t => {
  const id = '3f1f6f5c-6d59-4c1c-9e4b-6f5b6d8a1c55';
  const done = {
    status: 'Complete',
    params: { nodeName: 'n0', namespace: 'arctic' },
    submittedAt: '2026-05-01T11:00:00Z',
  } as const;
  const types = [
    'ensure-data-pvc',
    'apply-statefulset',
    'apply-service',
    'snapshot-restore',
    'configure-genesis',
    'config-apply',
    'configure-state-sync',
    'config-validate',
    'mark-ready',
  ];
  const tasks = types.map((type, index) => ({
    type,
    id: taskID(id, type, index),
    ...(index < 3 ? done : { status: 'Pending' as const, params: index === 3 ? { TargetHeight: 7 } : {} }),
    ...(index === 3 && { submittedAt: '2026-05-01T11:30:00Z' }),
  }));
  const plan: TaskPlan = { id, phase: 'Active', tasks, targetPhase: 'Running', failedPhase: 'Failed' };
  let subject = node(
    { fullNode: { snapshot: { s3: { targetHeight: 7 } } } },
    { phase: 'Initializing', plan },
  );
  const steps: string[] = [];
  for (let look = 0; look < 20; look += 1) {
    const decision = decided(subject, { ...nothing, image: 'seid:v1' });
    const status = nextStatus(subject, nothing, decision, {}, now);
    const { step } = decision;
    subject = { ...subject, status };
    if (step.kind !== 'run' && step.kind !== 'poll') break;
    steps.push(`${step.kind} ${step.task.type}`);
    const kind = step.kind === 'poll' ? 'complete' : 'submitted';
    const advanced = advance(status.plan!, { id: step.task.id, attempt: 0, kind }, now);
    subject = { ...subject, status: { ...status, plan: advanced } };
  }
  t.deepEqual(steps.slice(0, 3), [
    'poll snapshot-restore',
    'run configure-genesis',
    'poll configure-genesis',
  ]);
  t.like(subject.status, { phase: 'Running', currentImage: 'seid:v1' });
  t.deepEqual(
    subject.status?.plan?.tasks.map(task => task.id),
    tasks.map(task => task.id),
  );
});

// Peers
const peers = peersPlan(node({ ...fullNode, peers: [{ label: { selector: { a: 'b' } } }] }), planID);
test(
  'a node that lost its readiness is told so before peers are sought for it, which may be gone',
  decides,
  node(fullNode, { ...running, plan: peers }),
  lost,
  'Running: created; mark-ready Active new',
);
test(
  'a search that its sidecar has begun comes to its end first',
  decides,
  node(fullNode, {
    ...running,
    plan: at(peers, 'discover-peers', { submittedAt: '2026-05-01T11:59:00Z' }),
  }),
  lost,
  'Running: poll discover-peers; peers Active stored',
);
test(
  'peers are sought for a node that is ready',
  decides,
  node(fullNode, { ...running, plan: peers }),
  nothing,
  'Running: run discover-peers; peers Active stored',
);
