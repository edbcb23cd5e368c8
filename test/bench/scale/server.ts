import type { VirtualClock } from '../../virtual-clock.ts';

/** What does so many things at once, each for its time, in the order in which they came: cores, or a limit of requests. */
export class Server {
  /** Milliseconds in which something was done, of all places together. */
  busy = 0;
  readonly #clock: VirtualClock;
  /** When each place is free. */
  readonly #free: number[];

  constructor(clock: VirtualClock, places: number) {
    this.#clock = clock;
    this.#free = new Array(places).fill(0);
  }

  /** Resolves once something is done that takes so long. */
  use(milliseconds: number): Promise<void> {
    return this.#clock.sleep(this.charge(milliseconds));
  }

  /** The same for whom nobody waits. @returns milliseconds until it is done. */
  charge(milliseconds: number): number {
    const place = this.#free.indexOf(Math.min(...this.#free));
    const done = Math.max(this.#clock.now, this.#free[place]!) + milliseconds;
    this.#free[place] = done;
    this.busy += milliseconds;
    return done - this.#clock.now;
  }
}
