import test from 'ava';
import fc from 'fast-check';
import { advance, attemptOf, currentTask, type TaskOutcome } from '../../../core/plan/advance.ts';
import { type Decision, decide } from '../../../core/plan/decide.ts';
import { nextLook } from '../../../core/plan/next-look.ts';
import type { Observed } from '../../../core/plan/observed.ts';
import { nextStatus } from '../../../core/plan/status.ts';
import { statusPatch } from '../../../core/plan/status-patch.ts';
import { taskKind } from '../../../core/plan/tasks.ts';
import type { PlannedTask, SeiNode, SeiNodeStatus } from '../../../core/seinode.ts';
import { uuidV5 } from '../../../core/uuid.ts';
import { node, now, planID, refusals, tls } from './nodes.ts';

const parameters = { seed: 20260501, numRuns: 400 };

const happenings = ['restart', 'write', 'time', 'old outcome', 'gate', 'sidecar', 'spec', 'pod'] as const;

/** What happens next in a node's life. */
type Happening =
  | { readonly kind: TaskOutcome['kind']; readonly twice: boolean }
  /** The operator dies: what was not written to status is gone. */
  | { readonly kind: (typeof happenings)[number] };

/** Most goes well, or no life would come to Running. */
const outcome = fc.record({
  kind: fc.constantFrom(
    ...Array<'complete'>(20).fill('complete'),
    ...(['submitted', 'submitted', 'lost', 'waiting', 'failed', 'terminal'] as const),
  ),
  twice: fc.boolean(),
});
const world = fc.record({ kind: fc.constantFrom(...happenings, 'write', 'gate') });
const lives = fc.array(fc.oneof({ weight: 3, arbitrary: outcome }, world), {
  maxLength: 120,
  size: 'max',
}) as fc.Arbitrary<Happening[]>;

const snapshot = { s3: { targetHeight: 7 } };
const spec: Partial<SeiNode['spec']> = {
  fullNode: { snapshot, snapshotGeneration: { tendermint: { keepRecent: 2, publish: {} } } },
  peers: [{ static: { addresses: ['a@b:1'] } }],
  sidecar: tls,
};

/** The operator and the cluster in small: what is written, what is in memory, and all that ever happened. */
class Life {
  stored: SeiNode = node(spec);
  memory: SeiNode = this.stored;
  now = now;
  gate = true;
  ready: boolean | undefined = true;
  /** The image of the template that was applied last, and that of the pod, of which nobody has heard yet. */
  template: string | undefined;
  pod: string | undefined;
  writes = 0;
  plans = 0;
  outcomes: TaskOutcome[] = [];
  readonly ids = new Map<string, string>();
  readonly completed = new Set<string>();

  observed(): Observed {
    const verdict = this.gate
      ? ({ status: 'True', reason: 'Ready', message: 'served' } as const)
      : ({ status: 'False', reason: 'NotFound', message: 'not there' } as const);
    return {
      verdict,
      faults: [],
      sidecar: { ready: this.ready, startedAt: '2026-05-01T13:00:00Z' },
      // A plan tells of its template first.
      mayHavePod: this.memory.status?.plan === undefined && this.template !== undefined,
    };
  }

  /** Decides, and takes the decision into memory; a new plan is written before anything of it runs. */
  decide(): Decision {
    const id = uuidV5(planID, `${this.plans}`);
    const decision = decide(this.memory, this.observed(), { now: this.now, planID: id });
    this.memory = {
      ...this.memory,
      status: nextStatus(this.memory, this.observed(), decision, {}, this.now),
    };
    if (decision.step.kind !== 'created') return decision;
    this.plans += 1;
    this.write();
    return this.decide();
  }

  write(): void {
    const patch = statusPatch(this.stored.status, this.memory.status ?? {});
    if (patch === undefined) return;
    this.writes += 1;
    const status = merged(this.stored.status ?? {}, patch.status) as SeiNodeStatus;
    this.stored = JSON.parse(JSON.stringify({ ...this.stored, status }));
  }

  tell(told: TaskOutcome): void {
    this.outcomes.push(told);
    const before = this.memory.status!.plan!;
    const plan = advance(before, told, this.now);
    if (plan !== before && told.kind === 'complete') this.effect(currentTask(before)!);
    this.memory = { ...this.memory, status: { ...this.memory.status, plan } };
  }

  /** What a task does to the StatefulSet and its pod (OnDelete). */
  effect({ type, params }: PlannedTask): void {
    if (type === 'apply-statefulset') this.template = params?.image as string;
    if (type === 'replace-pod' && this.pod !== this.template) this.pod = undefined;
  }

  /** The StatefulSet controller makes the pod that is missing. */
  makePod(): void {
    this.pod ??= this.template;
  }
}

/** RFC 7386. */
function merged(target: object, patch: object): object {
  const result: Record<string, unknown> = { ...target };
  for (const [key, value] of Object.entries(patch)) {
    const nested = typeof value === 'object' && value !== null && !Array.isArray(value);
    const before = result[key];
    if (value === null) delete result[key];
    else
      result[key] = nested
        ? merged(typeof before === 'object' && before !== null ? before : {}, value)
        : value;
  }
  return result;
}

function outcomeOf(decision: Decision, kind: TaskOutcome['kind']): TaskOutcome | undefined {
  const { step } = decision;
  if (step.kind !== 'run' && step.kind !== 'poll') return undefined;
  return { id: step.task.id, attempt: attemptOf(step.task), kind, message: 'random' };
}

function live(life: Life, happening: Happening): void {
  if (happening.kind === 'write') life.write();
  else if (happening.kind === 'restart') life.memory = life.stored;
  else if (happening.kind === 'time') life.now = new Date(life.now.getTime() + 17_000);
  else if (happening.kind === 'gate') life.gate = !life.gate;
  else if (happening.kind === 'sidecar')
    life.ready = life.ready === true ? false : life.ready === false ? undefined : true;
  else if (happening.kind === 'spec') change(life);
  else if (happening.kind === 'pod') life.makePod();
  else if (happening.kind === 'old outcome') repeat(life);
  else {
    const told = outcomeOf(life.decide(), happening.kind);
    if (told === undefined) return;
    life.tell(told);
    if ('twice' in happening && happening.twice) life.tell(told);
  }
}

/** An outcome from before is told again, as a slow answer is. */
function repeat(life: Life): void {
  const old = life.outcomes[Math.floor(life.outcomes.length / 2)];
  if (old !== undefined && life.memory.status?.plan !== undefined) life.tell(old);
}

function change(life: Life): void {
  const generation = (life.stored.metadata.generation ?? 0) + 1;
  const image = `seid:v${1 + (generation % 2)}`;
  const edit = (of: SeiNode): SeiNode => ({
    ...of,
    metadata: { ...of.metadata, generation },
    spec: { ...of.spec, image },
  });
  life.stored = edit(life.stored);
  life.memory = edit(life.memory);
}

test('no task is skipped, run early or run again, no id changes, whatever happens', t => {
  fc.assert(
    fc.property(lives, happenings => {
      const life = new Life();
      for (const happening of happenings) {
        live(life, happening);
        const { step, plan } = life.decide();
        holds(life, plan?.tasks.map(({ id }) => id) ?? [], plan?.id);
        if (step.kind === 'run' || step.kind === 'poll') {
          const index = plan!.tasks.findIndex(({ id }) => id === step.task.id);
          const before = plan!.tasks.slice(0, index);
          if (!before.every(({ id }) => life.outcomes.some(told => told.id === id && ends(told, life)))) {
            throw new Error(`${step.task.type} runs before its predecessors are complete`);
          }
          if (life.completed.has(step.task.id)) throw new Error(`${step.task.type} runs again`);
        }
        for (const { id, status } of life.stored.status?.plan?.tasks ?? []) {
          if (status === 'Complete') life.completed.add(id);
        }
      }
    }),
    parameters,
  );
  t.pass();
});

function ends({ kind, id }: TaskOutcome, life: Life): boolean {
  const type = life.memory.status?.plan?.tasks.find(task => task.id === id)?.type ?? '';
  return kind === 'complete' || (kind === 'submitted' && taskKind(type)?.doneAt === 'submission');
}

function holds(life: Life, ids: readonly string[], plan = ''): void {
  const known = life.ids.get(plan) ?? ids.join();
  life.ids.set(plan, known);
  if (known !== ids.join()) throw new Error('ids changed');
}

test('every status is one that the CRD of existing clusters takes, and a plan is stored before it runs', t => {
  fc.assert(
    fc.property(lives, happenings => {
      const life = new Life();
      for (const happening of happenings) live(life, happening);
      const { step } = life.decide();
      const refused = refusals(life.memory);
      if (refused.length > 0) throw new Error(refused.join());
      const running = step.kind === 'run' || step.kind === 'poll';
      if (running && life.stored.status?.plan?.id !== life.memory.status?.plan?.id)
        throw new Error('not stored');
    }),
    parameters,
  );
  t.pass();
});

test('the patch makes the stored status the next one', t => {
  fc.assert(
    fc.property(lives, happenings => {
      const life = new Life();
      for (const happening of happenings) live(life, happening);
      life.decide();
      life.write();
      return JSON.stringify(sorted(life.stored.status)) === JSON.stringify(sorted(life.memory.status));
    }),
    parameters,
  );
  t.pass();
});

test('once all goes well a node ends Running, whatever was before, and then nothing is written', t => {
  fc.assert(
    fc.property(lives, happenings => {
      const life = new Life();
      for (const happening of happenings) live(life, happening);
      change(life);
      [life.gate, life.ready] = [true, true];
      for (let steps = 0; steps < 80; steps += 1) {
        const decision = life.decide();
        const told = outcomeOf(decision, decision.step.kind === 'run' ? 'submitted' : 'complete');
        const operator =
          decision.step.kind === 'run' && taskKind(decision.step.task.type)?.runsOn === 'operator';
        if (told) life.tell(operator ? { ...told, kind: 'complete' } : told);
        else life.now = nextLook(decision.step, life.memory.status!, undefined, life.now) ?? life.now;
      }
      life.write();
      const { writes } = life;
      life.now = new Date(life.now.getTime() + 3_600_000);
      const { phase, step } = life.decide();
      life.write();
      if (phase !== 'Running' || step.kind !== 'steady') throw new Error(`${phase}: ${JSON.stringify(step)}`);
      if (life.stored.status?.currentImage !== life.stored.spec.image) throw new Error('another image');
      life.makePod();
      if (life.pod !== life.stored.spec.image) throw new Error(`its pod has ${life.pod}`);
      if (life.writes !== writes) throw new Error('a steady node writes');
    }),
    parameters,
  );
  t.pass();
});

test('a plan that is not run on waits, stalls or is steady: it never asks for the same at once for ever', t => {
  fc.assert(
    fc.property(lives, happenings => {
      const life = new Life();
      for (const happening of happenings) live(life, happening);
      const { step } = life.decide();
      const until = 'until' in step ? step.until : undefined;
      return until === undefined || until > life.now;
    }),
    parameters,
  );
  t.pass();
});

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  return Object.fromEntries(
    entries.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, each]) => [key, sorted(each)]),
  );
}
