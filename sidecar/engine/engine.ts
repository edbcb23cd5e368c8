import { randomUUID } from 'node:crypto';
import type { Log } from '../../core/log.ts';
import { printableLine } from '../../core/printable.ts';
import { failure, type Result } from '../../core/result.ts';
import type { Metrics } from '../metrics.ts';
import { SidecarStops, type TaskContext, type TaskKind } from '../tasks/task.ts';
import type { TaskRequest } from './request.ts';
import type { Store, TaskResult } from './store.ts';

export type EngineOptions = {
  readonly store: Store;
  readonly kinds: Readonly<Record<string, TaskKind>>;
  /** What every task is given. */
  readonly context: Omit<TaskContext, 'signal'>;
};

/** One run of a task. */
type Run = { readonly stop: AbortController; readonly ended: Promise<void> };

/**
 * Runs tasks, each once under its id (contract §5), and knows what became of them, also of those of its predecessors. A
 * task that failed runs again when it is submitted again: the published sidecar does so, and the retries of a plan mean it.
 */
export class Engine {
  readonly #store: Store;
  readonly #kinds: EngineOptions['kinds'];
  readonly #context: EngineOptions['context'];
  readonly #log: Log;
  readonly #metrics: Metrics;
  readonly #runs = new Map<string, Run>();
  /** Ends that could not be stored yet. */
  readonly #unsaved = new Map<string, TaskResult>();
  /** The end of the last of those tasks that run one after the other. */
  #lastExclusive: Promise<void> = Promise.resolve();
  #ready = false;
  #stopped = false;

  constructor({ store, kinds, context }: EngineOptions) {
    this.#store = store;
    this.#kinds = kinds;
    this.#context = context;
    this.#log = context.log;
    this.#metrics = context.metrics;
  }

  /** Whether mark-ready was completed since the start. */
  get ready(): boolean {
    return this.#ready;
  }

  /** Goes on with what a predecessor had begun and not ended. @throws a fault of the store. */
  resume(): void {
    for (const result of this.#store.running()) {
      this.#log.info('a task that was cut off runs again', { type: result.type, id: result.id });
      this.#start(result);
    }
  }

  /** Takes a task: it is stored, then run. @returns its id. @throws a fault of the store; then nothing has begun. */
  submit({ id = randomUUID(), type, params }: TaskRequest): string {
    const known = this.get(id);
    if (known === undefined || known.status === 'failed') {
      const submittedAt = this.#context.now().toISOString();
      const result: TaskResult = { id, type, status: 'running', ...(params && { params }), submittedAt };
      this.#store.save(result);
      this.#metrics.taskSubmissions.inc({ type });
      this.#start(result);
    }
    return id;
  }

  /** @throws a fault of the store. */
  get(id: string): TaskResult | undefined {
    const late = this.#unsaved.get(id);
    if (late === undefined) return this.#store.get(id);
    this.#save(late);
    return late;
  }

  /** The last hundred, newest first. @throws a fault of the store. */
  recent(): TaskResult[] {
    return this.#store.recent(100).map(result => this.#unsaved.get(result.id) ?? result);
  }

  /** Forgets a task, and ends it where it runs. @returns whether there was one. @throws a fault of the store. */
  remove(id: string): boolean {
    const existed = this.#store.remove(id);
    this.#unsaved.delete(id);
    this.#runs.get(id)?.stop.abort();
    return existed;
  }

  /** Ends what runs, and takes nothing more. What was cut off is begun again after the next start. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const { stop } of this.#runs.values()) stop.abort(new SidecarStops('the sidecar stops'));
    await Promise.all([...this.#runs.values()].map(({ ended }) => ended));
  }

  #start(result: TaskResult): void {
    const stop = new AbortController();
    const exclusive = this.#kinds[result.type]?.exclusive === true;
    // A deleted task may still be on its way out as its id comes again.
    const before = [this.#runs.get(result.id)?.ended, exclusive ? this.#lastExclusive : undefined];
    const ended = Promise.all(before).then(() => this.#run(result, stop.signal));
    if (exclusive) this.#lastExclusive = ended;
    const run = { stop, ended };
    this.#runs.set(result.id, run);
    void ended.then(() => {
      if (this.#runs.get(result.id) === run) this.#runs.delete(result.id);
    });
  }

  async #run(result: TaskResult, signal: AbortSignal): Promise<void> {
    if (signal.aborted || this.#stopped) return;
    const begun = this.#context.now();
    const outcome = await this.#outcome(result, signal);
    // What was done is kept, whatever came meanwhile; what was cut off has not ended.
    const isDeleted = signal.aborted && !(signal.reason instanceof SidecarStops);
    if (isDeleted || (signal.aborted && !outcome.ok)) return;
    const now = this.#context.now();
    const ending = outcome.ok ? { status: 'completed' as const } : failed(outcome.error);
    const { type, id } = result;
    this.#metrics.taskDuration.observe({ type, status: ending.status }, (+now - +begun) / 1000);
    this.#log.info(`a task ${ending.status}`, { type, id, ...ending });
    this.#save({ ...result, ...ending, completedAt: now.toISOString() });
    if (outcome.ok && type === 'mark-ready') this.#ready = true;
  }

  async #outcome({ type, params = {} }: TaskResult, signal: AbortSignal): Promise<Result<undefined>> {
    const kind = this.#kinds[type];
    if (kind === undefined) return failure(`task type ${type} is not served by this sidecar`);
    try {
      return await kind.run(params, { ...this.#context, signal });
    } catch (error) {
      return failure(error instanceof Error ? error.message : 'the task failed without saying why');
    }
  }

  /** An end that cannot be stored, as on a full disk, is told all the same, and stored once that is possible. */
  #save(result: TaskResult): void {
    try {
      this.#store.save(result);
      this.#unsaved.delete(result.id);
    } catch (error) {
      this.#unsaved.set(result.id, result);
      this.#log.error(error, 'the end of a task cannot be stored yet', { id: result.id });
    }
  }
}

/** It is stored, logged and told again and again, so a line with an end. */
function failed(error: string): Pick<TaskResult, 'status' | 'error'> {
  return { status: 'failed', error: printableLine(error) };
}
