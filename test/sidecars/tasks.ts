import { randomUUID } from 'node:crypto';

/** A task as a sidecar was sent it. */
export type Task = { readonly id: string; readonly type: string; readonly params?: object };

/** What has become of a task; it is asked again while it runs. */
export type Fate = 'completed' | 'running' | { readonly failed: string };

/** An answer of the tasks routes (contract §5). */
export type TasksAnswer = { readonly status: number; readonly body?: unknown };

type Submitted = Task & { readonly submittedAt: string };

/** The tasks of one sidecar, and what the routes answer about them. @param fateOf a task, whenever it is asked for. */
export class Tasks {
  readonly #known = new Map<string, Submitted>();
  readonly #fateOf: (task: Task) => Fate;

  constructor(fateOf: (task: Task) => Fate) {
    this.#fateOf = fateOf;
  }

  /** Every task, in the order they came. */
  get all(): readonly Task[] {
    return [...this.#known.values()];
  }

  answer(method: string, path: string, body: string): TasksAnswer {
    const id = /^\/v0\/tasks\/([^/]+)$/.exec(path)?.[1];
    if (id !== undefined) return this.#one(method, id);
    if (path !== '/v0/tasks') return { status: 404, body: 'Not Found' };
    if (method === 'POST') return this.#submit(JSON.parse(body));
    return { status: 200, body: [...this.#known.values()].map(task => this.#result(task)) };
  }

  #submit(task: Task): TasksAnswer {
    const id = task.id ?? randomUUID();
    if (!this.#known.has(id)) this.#known.set(id, { ...task, id, submittedAt: new Date().toISOString() });
    return { status: 201, body: { id } };
  }

  #one(method: string, id: string): TasksAnswer {
    const task = this.#known.get(id);
    if (task === undefined) return { status: 404, body: { error: 'task not found' } };
    if (method !== 'DELETE') return { status: 200, body: this.#result(task) };
    this.#known.delete(id);
    return { status: 204 };
  }

  #result(task: Submitted): object {
    const fate = this.#fateOf(task);
    if (fate === 'running') return { ...task, status: fate };
    const ended = { ...task, completedAt: new Date().toISOString() };
    return fate === 'completed'
      ? { ...ended, status: fate }
      : { ...ended, status: 'failed', error: fate.failed };
  }
}
