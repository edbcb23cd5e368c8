import { advance, currentTask, inFlight } from '../../../core/plan/advance.ts';
import { imageUpdatePlan, initPlan } from '../../../core/plan/build.ts';
import { taskKind } from '../../../core/plan/tasks.ts';
import type { PlannedTask, TaskPlan } from '../../../core/seinode.ts';
import { Asks } from '../../../operator/asks.ts';
import type { Again } from '../../../operator/workers.ts';
import { node, tls } from '../../core/resources/nodes.ts';
import type { Cluster } from './cluster.ts';
import { costs } from './costs.ts';
import type { Replica } from './replica.ts';

/** What is done with every node of a fleet. */
export type Change = 'create' | 'update' | 'renew' | 'start';

const full = node(tls);

/** What becomes of the nodes of a fleet: real plans, their real tasks, and the real times at which a sidecar is asked. */
export class Fleet {
  /** When each node was done. */
  readonly done = new Map<string, number>();
  /** Which replicas reconciled each node. */
  readonly workedBy = new Map<string, Set<Replica>>();
  reconciles = 0;
  readonly #change: Change;
  readonly #cluster: Cluster;
  readonly #plans = new Map<string, TaskPlan>();
  readonly #up = new Set<string>();
  readonly #asks: Asks;

  constructor(change: Change, cluster: Cluster, answered: (key: string) => void) {
    [this.#change, this.#cluster] = [change, cluster];
    const at = ({ id }: PlannedTask) => ({ id, attempt: 0 });
    const { clock } = cluster;
    this.#asks = new Asks({
      now: () => new Date(clock.now),
      answered,
      sidecars: {
        submit: async (_, task) => {
          await clock.sleep(costs.sidecar);
          return { ...at(task), kind: 'submitted' };
        },
        poll: async (_, task) => {
          await clock.sleep(costs.sidecar);
          return { ...at(task), kind: 'complete' };
        },
      },
    });
  }

  readonly isBegun = (key: string): boolean => this.#plans.has(key);

  /** Brings a node as far as it goes now. */
  readonly reconcile = async (key: string, replica: Replica): Promise<Again> => {
    this.#note(key, replica);
    if (this.#change === 'start' || this.done.has(key)) return this.#look(key, replica);
    if (this.#change === 'renew') return this.#renew(key, replica);
    await replica.thread.use(costs.reconcile);
    const plan = this.#plans.get(key) ?? (await this.#begin(key, replica));
    const again = await this.#run(key, plan, replica);
    if (again !== undefined || currentTask(this.#plans.get(key)!) !== undefined) return again;
    await replica.request();
    replica.tell(costs.events[this.#change]);
    this.#finish(key);
    this.#cluster.heard(Number(key.split('/')[1]), 1);
    return undefined;
  };

  #note(key: string, replica: Replica): void {
    this.reconciles += 1;
    const worked = this.workedBy.get(key) ?? new Set();
    this.workedBy.set(key, worked.add(replica));
  }

  async #look(key: string, replica: Replica): Promise<undefined> {
    await replica.thread.use(costs.steady);
    if (!this.done.has(key)) this.#finish(key);
  }

  /** A certificate is judged, and until when it is valid is told by the status. */
  async #renew(key: string, replica: Replica): Promise<undefined> {
    await replica.thread.use(costs.renewal);
    await replica.request();
    this.#finish(key);
    this.#cluster.heard(Number(key.split('/')[1]), 1);
  }

  #finish(key: string): void {
    this.done.set(key, this.#cluster.clock.now);
  }

  async #begin(key: string, replica: Replica): Promise<TaskPlan> {
    const isNew = this.#change === 'create';
    const plan = isNew ? initPlan(full, key) : imageUpdatePlan(full, key);
    this.#plans.set(key, plan);
    if (isNew) await replica.request();
    await replica.request();
    return plan;
  }

  /** Runs the tasks that can be. @returns when to look again. */
  async #run(key: string, plan: TaskPlan, replica: Replica): Promise<number | undefined> {
    for (let at = plan, task = currentTask(at); task !== undefined; task = currentTask(at)) {
      const kind = taskKind(task.type)!;
      const outcome =
        kind.runsOn === 'operator' ? await this.#operate(key, task, replica) : this.#ask(key, task);
      if (outcome === undefined || typeof outcome === 'number') return outcome;
      at = advance(at, { id: task.id, attempt: 0, kind: outcome }, new Date(this.#cluster.clock.now));
      this.#plans.set(key, at);
    }
    return undefined;
  }

  async #operate(key: string, { type }: PlannedTask, replica: Replica): Promise<'complete' | undefined> {
    if (type === 'observe-image') return this.#up.has(key) ? 'complete' : undefined;
    // What the caches do not know is looked for, but for the claim.
    if (this.#change === 'create' && type !== 'ensure-data-pvc') await replica.request();
    await replica.request();
    const makesPod = this.#change === 'create' ? 'apply-statefulset' : 'replace-pod';
    if (type === makesPod) void this.#pod(key);
    return 'complete';
  }

  async #pod(key: string): Promise<void> {
    const index = Number(key.split('/')[1]);
    await this.#cluster.pod(index, this.#change === 'create' ? 'create' : 'update');
    this.#up.add(key);
    this.#cluster.heard(index, 1);
  }

  #ask(key: string, task: PlannedTask): 'complete' | 'submitted' | number | undefined {
    if (!this.#up.has(key)) return undefined;
    const kind = inFlight(task) ? 'poll' : 'run';
    const { outcome, until } = {
      until: undefined,
      ...this.#asks.next(key, full, { kind, task }, true),
    };
    if (outcome !== undefined) return outcome.kind === 'submitted' ? 'submitted' : 'complete';
    return until && Math.max(0, until.getTime() - this.#cluster.clock.now);
  }
}
