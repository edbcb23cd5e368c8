import type { Through } from './answers.ts';
import { isWrite, type Seen } from './seen.ts';

/**
 * What goes wrong with a call:
 * - `hold`: it never reaches the server, and is never answered;
 * - `hold answer`: it takes effect, and is never answered;
 * - `reset before`: it never reaches the server, and the connection ends by RST;
 * - `reset`: it takes effect, and the connection ends by RST without an answer;
 * - `delay`: it reaches the server once `until` has come, and is answered as ever;
 * - a status, alone or with head and body: it is answered by that, and has no effect;
 * - `through`: its answer comes in another way, or is another (answers.ts);
 * - `asOf`: a list, a get or a watch is answered as of that resourceVersion, as by an API server that lags behind
 *   (as-of.ts); what a watch would tell from then on waits for `until`, or until all is mended.
 */
export type Fault =
  | 'hold'
  | 'hold answer'
  | 'reset before'
  | 'reset'
  | 'delay'
  | keyof typeof reasons
  | Refusal
  | { readonly through: Through }
  | { readonly asOf: string };

/** An answer that the server never gave. */
export type Refusal = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A Status where nothing is said. */
  readonly body?: object;
};

/** To which call it happens; the next write where nothing is said. */
export type FaultChoice = {
  /** Which calls count. */
  readonly of?: (call: Seen) => boolean;
  /** The how manieth of them from now on, from 1. */
  readonly at?: number;
  /** Whether all later ones meet the same. */
  readonly forGood?: boolean;
  /** What a delay waits for, or a view that is as of a moment. */
  readonly until?: Promise<unknown>;
};

/** What happens to a call; `happened` tells the test. */
export type Met = {
  readonly fault: Fault;
  readonly until: Promise<unknown>;
  readonly happened: () => void;
};

type Armed = Required<FaultChoice> & {
  readonly fault: Fault;
  met: number;
  readonly told: (call: Seen) => void;
};

const reasons = {
  403: 'Forbidden',
  404: 'NotFound',
  409: 'Conflict',
  410: 'Expired',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
} as const;

/** The faults that are to come. Where several are for one call, the first that was added happens. */
export class Faults {
  #armed: Armed[] = [];
  #mended = Promise.withResolvers<void>();

  /** @returns the call, once it has happened to it. */
  add(fault: Fault, choice: FaultChoice = {}): Promise<Seen> {
    const { of = isWrite, at = 1, forGood = false, until = this.#mended.promise } = choice;
    const { promise, resolve } = Promise.withResolvers<Seen>();
    this.#armed.push({ fault, of, at, forGood, until, met: 0, told: resolve });
    return promise;
  }

  /** Counts a call. @returns what happens to it. */
  take(call: Seen): Met | undefined {
    const due = this.#armed.filter(armed => {
      if (!armed.of(call)) return false;
      armed.met += 1;
      return armed.forGood ? armed.met >= armed.at : armed.met === armed.at;
    });
    const [first] = due;
    if (first === undefined) return undefined;
    const { fault, until, told } = first;
    return { fault, until, happened: () => told(call) };
  }

  clear(): void {
    this.#armed = [];
    this.#mended.resolve();
    this.#mended = Promise.withResolvers();
  }
}

/** The answer that a fault is, if it is one. */
export function refusalOf(fault: Fault | undefined): Required<Refusal> | undefined {
  const refusal = typeof fault === 'number' ? { status: fault } : fault;
  if (typeof refusal !== 'object' || !('status' in refusal)) return undefined;
  const { status, headers = {}, body = statusOf(status) } = refusal;
  return { status, headers, body };
}

/** A Status (Kubernetes API, meta/v1) as the API server answers it. */
export function statusOf(code: number): object {
  const reason = reasons[code as keyof typeof reasons];
  const message = `as the test wants: ${reason}`;
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code };
}
