import { attemptOf, type TaskOutcome } from '../core/plan/advance.ts';
import { longestUnstartedDelay, pollDelay, retryDelay, unstartedDelay } from '../core/plan/step.ts';
import type { PlannedTask, SeiNode } from '../core/seinode.ts';
import type { SidecarClient } from './sidecar/client.ts';

/** What is asked of a sidecar next. */
export type Question = { readonly kind: 'run' | 'poll'; readonly task: PlannedTask };

/** What is known of a question: its outcome, told once; else when it may be asked again, and what kept it so far. */
export type Known =
  | { readonly outcome: TaskOutcome }
  | { readonly outcome?: undefined; readonly until?: Date; readonly message?: string };

export type AsksOptions = {
  readonly sidecars: Pick<SidecarClient, 'submit' | 'poll'>;
  readonly now: () => Date;
  /** Told that there is an answer for a key. */
  readonly answered: (key: string) => void;
};

type Ask = {
  readonly id: string;
  isPending: boolean;
  outcome?: TaskOutcome;
  /** How often in a row it came to nothing. */
  tries: number;
  /** Whether the pod was known to run. */
  started: boolean;
  /** Unix milliseconds. */
  notBefore: number;
  message?: string | undefined;
};

/**
 * The questions under way to sidecars, one a node: no worker of the queue waits for a sidecar, which may hang. Each is
 * asked again ever later, up to 5 s: after 10 ms what became of a task, after 100 ms where it could not be asked; at once as its
 * pod starts.
 */
export class Asks {
  readonly #asks = new Map<string, Ask>();
  readonly #options: AsksOptions;

  constructor(options: AsksOptions) {
    this.#options = options;
  }

  /**
   * What came of a question; where nothing is known it is asked, unless it is too early.
   *
   * @param started whether the node's pod is known to run.
   */
  next(key: string, node: SeiNode, question: Question, started: boolean): Known {
    const ask = this.#askOf(key, question, started);
    if (ask.outcome !== undefined) {
      this.#asks.delete(key);
      return { outcome: ask.outcome };
    }
    const known = ask.message === undefined ? {} : { message: ask.message };
    const now = this.#options.now().getTime();
    // A clock that was set back must not silence a sidecar for as long.
    ask.notBefore = Math.min(ask.notBefore, now + longestUnstartedDelay);
    if (!ask.isPending && ask.notBefore <= now) this.#ask(key, ask, node, question);
    return ask.isPending ? known : { ...known, until: new Date(ask.notBefore) };
  }

  /** Something changed that may let the next answer be another: who runs is asked at once. */
  hasten(key: string): void {
    const ask = this.#asks.get(key);
    if (ask?.started) [ask.tries, ask.notBefore] = [0, 0];
  }

  forget(key: string): void {
    this.#asks.delete(key);
  }

  #askOf(key: string, { kind, task }: Question, started: boolean): Ask {
    const id = `${kind}/${task.id}/${attemptOf(task)}`;
    const known = this.#asks.get(key);
    if (known?.id === id && known.started === started) return known;
    if (known?.id === id)
      return Object.assign(known, { started, tries: 0, notBefore: 0, message: undefined });
    const wait = kind === 'poll' ? pollDelay(0) : started ? 0 : unstartedDelay(0);
    const notBefore = this.#options.now().getTime() + wait;
    const ask = { id, isPending: false, tries: 0, started, notBefore };
    this.#asks.set(key, ask);
    return ask;
  }

  #ask(key: string, ask: Ask, node: SeiNode, { kind, task }: Question): void {
    const { sidecars, answered } = this.#options;
    ask.isPending = true;
    const asked = kind === 'run' ? sidecars.submit(node, task) : sidecars.poll(node, task);
    const unasked = {
      id: task.id,
      attempt: attemptOf(task),
      kind: 'waiting' as const,
      message: 'it cannot be asked',
    };
    void asked
      .catch((): TaskOutcome => unasked)
      .then(outcome => {
        ask.isPending = false;
        const isUnderWay = kind === 'poll' && outcome.kind === 'submitted';
        if (outcome.kind === 'waiting' || isUnderWay) this.#again(ask, outcome);
        else ask.outcome = outcome;
        if (this.#asks.get(key) === ask) answered(key);
      });
  }

  #again(ask: Ask, outcome: TaskOutcome): void {
    ask.message = outcome.kind === 'waiting' ? outcome.message : undefined;
    const delayOf = outcome.kind === 'waiting' ? retryDelay : pollDelay;
    const delay = ask.started ? delayOf(ask.tries) : unstartedDelay(ask.tries + 1);
    ask.notBefore = this.#options.now().getTime() + delay;
    ask.tries += 1;
  }
}
