import { isOlder } from './resource-version.ts';

/** Where a watch stands: what it asks for next, and how long it waits after the next loss. */
export type WatchState = {
  /** The moment to watch from; absent where the collection is to be listed. */
  readonly from: string | undefined;
  /** Milliseconds, before chance is added. */
  readonly pause: number;
};

/** What an API server said against a request, if it said anything. */
export type Refusal = {
  /** Absent where no answer came, or none that is whole. */
  readonly status?: number;
  readonly reason?: string;
  /** Milliseconds after which the server wants to be asked again. */
  readonly retryAfter?: number;
};

/** How a list or a watch came to its end. */
export type Exit = {
  /** Absent where the server closed a watch in order. */
  readonly fault?: Refusal;
  /** Milliseconds that the watch stood; undefined where the server never took it. */
  readonly held: number | undefined;
  /** Whether it told of anything, were it a bookmark. */
  readonly told: boolean;
};

export type NextTry = {
  readonly state: WatchState;
  /** Milliseconds to wait before it. */
  readonly wait: number;
  /** `lost` may mend itself, `refused` hardly (no permission, no such collection), `none` is the way of watches. */
  readonly trouble: 'none' | 'lost' | 'refused';
};

/** Waits as kube-rs has them. */
const [firstPause, longestPause] = [800, 30_000];
/** A watch that held so long was a good one, as kube-rs has it. */
const steady = 120_000;
/** A server sends a bookmark a minute where anything was written since. */
const silent = 240_000;

/** Before anything was heard. */
export const unlisted: WatchState = { from: undefined, pause: firstPause };

/** After a whole list. The wait stays as it was: a list does not show that a watch will hold. */
export function afterList({ pause }: WatchState, resourceVersion: string): WatchState {
  return { from: resourceVersion, pause };
}

/** Whether an event or bookmark is of no earlier moment than the one watched from. */
export function isProgress({ from = '' }: WatchState, resourceVersion: string): boolean {
  return resourceVersion !== '' && !isOlder(resourceVersion, from);
}

/**
 * What follows an exit, whatever it is: list again where the moment is of no use any more, else watch on from it. What
 * broke off without a word, and a watch that told nothing for as long as `silent`, are listed too: etcd may have been
 * restored, the moment lies ahead of the server then, and it is silent until it gets there.
 *
 * @param random from 0 to 1.
 */
export function afterExit({ from, pause }: WatchState, exit: Exit, random: number): NextTry {
  const { fault, held = 0, told } = exit;
  const base = told || held >= steady ? firstPause : pause;
  const outdated = forgotten(fault) || isBroken(fault) || (!told && held >= silent);
  const expected = fault === undefined && held >= steady;
  return {
    state: { from: outdated ? undefined : from, pause: Math.min(base * 2, longestPause) },
    wait: expected ? 0 : Math.max(base * (1 + random), Math.min(fault?.retryAfter ?? 0, longestPause)),
    trouble: troubleOf(fault),
  };
}

/** Whether a connection failed, and the server with it perhaps: by a word of its own it lives. */
function isBroken(fault: Refusal | undefined): boolean {
  return fault !== undefined && fault.status === undefined && !isGone(fault);
}

/** Whether the moment watched from is no longer known (410), or what was watched is another thing by now (404, 400). */
function forgotten(fault: Refusal | undefined): boolean {
  return isGone(fault) || (isRefused(fault) && fault?.status !== 401 && fault?.status !== 403);
}

function troubleOf(fault: Refusal | undefined): NextTry['trouble'] {
  if (fault === undefined || isGone(fault)) return 'none';
  return isRefused(fault) ? 'refused' : 'lost';
}

function isGone({ status, reason }: Refusal = {}): boolean {
  return status === 410 || reason === 'Expired' || reason === 'Gone';
}

function isRefused({ status = 0 }: Refusal = {}): boolean {
  return status >= 400 && status < 500 && status !== 429;
}
