import test from 'ava';
import { ClusterError } from '../../cluster/error.ts';
import type { TaskOutcome } from '../../core/plan/advance.ts';
import { imageUpdatePlan, initPlan } from '../../core/plan/build.ts';
import type { Observed } from '../../core/plan/observed.ts';
import type { SeiNode, TaskPlan } from '../../core/seinode.ts';
import type { Known } from '../../operator/asks.ts';
import { Progress } from '../../operator/progress.ts';
import { runPlan } from '../../operator/run-plan.ts';
import { fullNode, node, now, otherPlanID, planID, tls } from '../core/plan/nodes.ts';
import { settings } from '../core/resources/nodes.ts';
import { FakeObjects, type Stored } from './tasks/fake-objects.ts';

const key = 'arctic/n0';
const nothing: Observed = { faults: [], sidecar: {} };
const pod = (more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'n0-0', namespace: 'arctic', uid: 'p-1', ...more },
  status: { phase: 'Running' },
});

const named = (kind: string) => ({ kind, metadata: { name: 'n0', namespace: 'arctic', uid: kind } });
/** What the first tasks of a plan have made, and the pod that came of it. */
const standing = (more?: object) => [pod(more), named('StatefulSet'), named('Service')];

/** Node n0 of a plan whose first tasks are complete. */
function at(type: string, plan: TaskPlan = initPlan(node(fullNode), planID), image = 'seid:v1'): SeiNode {
  const index = plan.tasks.findIndex(task => task.type === type);
  const tasks = plan.tasks.map((task, place) =>
    place < index ? { ...task, status: 'Complete' as const, submittedAt: '2026-05-01T12:00:00Z' } : task,
  );
  return node({ ...fullNode, image }, { phase: 'Initializing', plan: { ...plan, tasks } });
}

/** Runs the plan of a node on objects in small. @param answer what is known of each question to the sidecar. */
function made(answer: (id: string) => Known = () => ({}), ...there: Stored[]) {
  const objects = new FakeObjects(there);
  const progress = new Progress();
  const asked: string[] = [];
  const asks = {
    next: (
      _key: string,
      _node: unknown,
      { kind, task }: { kind: string; task: { id: string; type: string } },
    ) => {
      asked.push(`${kind} ${task.type}`);
      return answer(task.id);
    },
  };
  const running = {
    objects,
    settings,
    asks,
    progress,
    now: () => now,
    planID: () => otherPlanID,
    tell: () => {},
  };
  return {
    objects,
    progress,
    asked,
    run: (subject: SeiNode, observed = nothing) => {
      progress.confirm(key, subject.status?.plan);
      return runPlan(key, subject, observed, running);
    },
    /** As after a start. */
    takesUp: (subject: SeiNode) => runPlan(key, subject, nothing, running),
  };
}

const complete = (id: string): Known => ({ outcome: { id, attempt: 0, kind: 'complete' } as TaskOutcome });

for (const [what, started, message] of [
  [
    'has not started, that is what it waits for, whatever answers at its address',
    false,
    'pod n0-0 has not started',
  ],
  ['has started, it waits for what keeps the sidecar from being asked', true, 'nobody listens'],
] as const) {
  test(`of a task whose pod ${what}`, async t => {
    const [theirs, ...others] = standing();
    const { run } = made(
      () => ({ message: 'nobody listens' }),
      { ...theirs!, status: started ? { phase: 'Running' } : {} } as Stored,
      ...others,
    );
    const { step, fault } = await run(at('config-apply'));
    t.like(step, { kind: 'waiting', message: `task config-apply waits: ${message}` });
    t.is(fault, started);
  });
}

test('a plan that is made is to be written before anything of it runs', async t => {
  const { objects, asked, run } = made();
  const { step, status } = await run(node(fullNode));
  t.is(step.kind, 'created');
  t.is(status.plan?.id, otherPlanID);
  t.deepEqual([objects.asked, asked], [[], []]);
});

test("a plan runs on until its node's pod is there to be asked", async t => {
  const { objects, asked, run } = made();
  const { step, status, fault } = await run(at('ensure-data-pvc'));
  t.deepEqual(objects.asked, [
    'create PersistentVolumeClaim data-n0',
    'get StatefulSet n0',
    'apply StatefulSet n0',
    'get Service n0',
    'apply Service n0',
  ]);
  t.like(step, { kind: 'waiting', message: 'task configure-genesis waits: pod n0-0 does not exist yet' });
  t.deepEqual([fault, asked], [false, []]);
  t.deepEqual(status.plan?.tasks.map(task => task.status).filter(each => each === 'Complete').length, 3);
});

const taken = at('configure-genesis');
const renamed = { ...taken.metadata, uid: 'another' };
const another = { ...taken.status!.plan!, id: otherPlanID };
for (const [what, now] of [
  ['is gone', undefined],
  ['is another of its name', { ...taken, metadata: renamed }],
  ['has another spec', { ...taken, metadata: { ...taken.metadata, generation: 9 } }],
  ['has another plan', { ...taken, status: { ...taken.status, plan: another } }],
  [
    'has done it',
    { ...taken, status: { ...taken.status, plan: { ...another, id: planID, phase: 'Complete' } } },
  ],
] as const) {
  test(`a plan that another process wrote is not taken up where the node ${what} by now`, async t => {
    const { objects, asked, takesUp } = made(
      complete,
      ...standing(),
      ...(now ? [now as unknown as Stored] : []),
    );
    const error = await t.throwsAsync(takesUp(taken), { instanceOf: ClusterError });
    t.is((error as ClusterError).fault.status, 409);
    t.deepEqual([objects.asked, asked], [['get SeiNode n0'], []]);
  });
}

test('a plan that another process wrote goes on where the node still has it, which is asked once', async t => {
  const { objects, asked, takesUp } = made(() => ({}), ...standing(), taken as unknown as Stored);
  await takesUp(taken);
  await takesUp(taken);
  t.deepEqual(asked, ['run configure-genesis', 'run configure-genesis']);
  t.deepEqual(objects.asked, ['get SeiNode n0']);
});

test('a pod on its way out is not asked in place of its successor', async t => {
  const { asked, run } = made(complete, ...standing({ deletionTimestamp: '2026-05-01T12:00:00Z' }));
  const { step } = await run(at('configure-genesis'));
  t.like(step, { message: 'task configure-genesis waits: pod n0-0 is terminating' });
  t.deepEqual(asked, []);
});

for (const [kind, there] of [
  ['StatefulSet', [named('Service')]],
  ['Service', [pod(), named('StatefulSet')]],
] as const) {
  test(`a ${kind} that the plan has made and somebody deleted is made again before the plan goes on`, async t => {
    const { objects, asked, run } = made(complete, ...there);
    const { step, fault } = await run(at('configure-genesis'));
    t.deepEqual(objects.asked, [`get ${kind} n0`, `apply ${kind} n0`]);
    t.deepEqual([step.kind, fault, asked], ['run', false, []]);
  });
}

test("the proxy's ConfigMap is made again likewise, where the node has a proxy", async t => {
  const { objects, run } = made(complete, ...standing());
  const isTLS = { ...fullNode, sidecar: tls };
  const plan = initPlan(node(isTLS), planID);
  const subject = at('configure-genesis', plan);
  await run({ ...subject, spec: { ...subject.spec, ...isTLS } });
  t.deepEqual(objects.asked, ['get ConfigMap n0-rbac-proxy-config', 'apply ConfigMap n0-rbac-proxy-config']);
  objects.asked.length = 0;
  await run(subject);
  t.deepEqual(objects.asked, []);
});

test('why what is gone cannot be made again is told', async t => {
  const { objects, run } = made(complete, named('Service'));
  objects.before = asked => {
    if (asked === 'apply StatefulSet n0') throw new ClusterError('you may not', { status: 403 });
  };
  const { step, fault } = await run(at('configure-genesis'));
  t.like(step, { kind: 'waiting', message: 'task apply-statefulset waits: you may not' });
  t.true(fault);
});

test('the tasks of a sidecar follow each other, and the last makes the node Running', async t => {
  const { asked, run } = made(complete, ...standing());
  const { step, status } = await run(at('configure-genesis'));
  t.deepEqual(asked, ['run configure-genesis', 'run config-apply', 'run config-validate', 'run mark-ready']);
  t.is(status.phase, 'Running');
  t.is(status.plan?.phase, 'Complete');
  t.is(step.kind, 'steady');
});

test('why a sidecar cannot be asked is told as a fault, with the time it is asked again', async t => {
  const until = new Date(now.getTime() + 400);
  const { run } = made(() => ({ message: 'nothing listens there yet', until }), ...standing());
  const { step, fault } = await run(at('configure-genesis'));
  t.deepEqual([step.kind, (step as { until?: Date }).until, fault], ['waiting', until, true]);
});

test('a question under way is no news', async t => {
  const { run } = made(() => ({}), ...standing());
  const { step, fault, status } = await run(at('configure-genesis'));
  t.deepEqual([step.kind, fault], ['run', false]);
  t.is(status.conditions?.find(({ type }) => type === 'Progressing')?.reason, 'PlanActive');
});

test('what was done and could not be written is not done again', async t => {
  const { objects, run } = made();
  const stored = at('ensure-data-pvc');
  await run(stored);
  objects.asked.length = 0;
  const again = await run(stored);
  t.deepEqual(objects.asked, []);
  t.like(again.step, { message: 'task configure-genesis waits: pod n0-0 does not exist yet' });
});

test('an image that was rolled out and could not be written is not rolled out again', async t => {
  const { run } = made(complete, ...standing());
  const updating = at(
    'mark-ready',
    imageUpdatePlan(node({ ...fullNode, image: 'seid:v2' }), planID),
    'seid:v2',
  );
  const stored: SeiNode = {
    ...updating,
    status: { ...updating.status, phase: 'Running', currentImage: 'seid:v1' },
  };
  for (let time = 0; time < 2; time += 1) {
    const { status, step } = await run(stored);
    t.like(status, { currentImage: 'seid:v2', plan: { id: planID, phase: 'Complete' } });
    t.is(step.kind, 'steady');
  }
});
