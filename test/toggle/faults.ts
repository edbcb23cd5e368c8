import { isWrite, type Seen } from './seen.ts';

/**
 * What goes wrong with a call:
 * - `hold`: it never reaches the server, and is never answered;
 * - `hold answer`: it takes effect, and is never answered;
 * - `reset`: it takes effect, and the connection ends without an answer;
 * - `delay`: it reaches the server once `until` has come, and is answered as ever;
 * - a status: it is answered by that, and has no effect.
 */
export type Fault = 'hold' | 'hold answer' | 'reset' | 'delay' | keyof typeof reasons;

/** To which call it happens; the next write where nothing is said. */
export type FaultChoice = {
  /** Which calls count. */
  readonly of?: (call: Seen) => boolean;
  /** The how manieth of them from now on, from 1. */
  readonly at?: number;
  /** Whether all later ones meet the same. */
  readonly forGood?: boolean;
  /** What a delay waits for. */
  readonly until?: Promise<unknown>;
};

/** What happens to a call; `happened` tells the test. */
export type Met = { readonly happened: () => void } & (
  | { readonly kind: 'hold' | 'hold answer' | 'reset' }
  | { readonly kind: 'delay'; readonly until: Promise<unknown> }
  | { readonly kind: 'refuse'; readonly code: number }
);

type Armed = Required<FaultChoice> & {
  readonly fault: Fault;
  met: number;
  readonly told: (call: Seen) => void;
};

const reasons = {
  403: 'Forbidden',
  409: 'Conflict',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
} as const;

/** The faults that are to come. Where several are for one call, the first that was added happens. */
export class Faults {
  #armed: Armed[] = [];

  /** @returns the call, once it has happened to it. */
  add(fault: Fault, choice: FaultChoice = {}): Promise<Seen> {
    const { of = isWrite, at = 1, forGood = false, until = Promise.resolve() } = choice;
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
    const happened = () => first.told(call);
    const { fault, until } = first;
    if (typeof fault === 'number') return { kind: 'refuse', code: fault, happened };
    return fault === 'delay' ? { kind: fault, until, happened } : { kind: fault, happened };
  }

  clear(): void {
    this.#armed = [];
  }
}

/** A Status (Kubernetes API, meta/v1) as the API server answers it. */
export function statusOf(code: number): object {
  const reason = reasons[code as keyof typeof reasons];
  const message = `as the test wants: ${reason}`;
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code };
}
