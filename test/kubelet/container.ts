import { setTimeout as sleep } from 'node:timers/promises';
import type { Container, Probe } from '../../core/resources/types.ts';
import { type Running, signalTo } from '../control-plane/supervise.ts';
import { verdicts } from './probe.ts';

/** A ContainerStatus (Kubernetes API, core/v1), as far as it is written here. */
export type ContainerStatus = {
  readonly name: string;
  readonly image: string;
  readonly imageID: string;
  readonly restartCount: number;
  readonly started: boolean;
  readonly ready: boolean;
  readonly state: object;
  readonly lastState?: object;
};

export type ContainerOptions = {
  /** Starts its process. */
  readonly run: () => Promise<Running>;
  /** Whether it is to end by itself: an init container that is no native sidecar. */
  readonly ends: boolean;
  /** Whether it is run once, however it ends (restartPolicy Never). */
  readonly once: boolean;
  /** Of probes and of the time between restarts. */
  readonly scale: number;
  /** Milliseconds from SIGTERM to SIGKILL. */
  readonly grace: number;
  /** Told that the status is another. */
  readonly changed: () => void;
};

/** A container whose process is started again whenever it ends, until it is stopped; unless it is run once. */
export class ContainerRun {
  readonly spec: Container;
  readonly #options: ContainerOptions;
  readonly #over = new AbortController();
  readonly #started = Promise.withResolvers<void>();
  #status: ContainerStatus;
  #running: Running | undefined;
  #kept: Promise<void> | undefined;

  constructor(spec: Container, options: ContainerOptions) {
    [this.spec, this.#options] = [spec, options];
    const { name, image } = spec;
    const state = { waiting: { reason: 'PodInitializing' } };
    this.#status = { name, image, imageID: image, restartCount: 0, started: false, ready: false, state };
  }

  get status(): ContainerStatus {
    return this.#status;
  }

  /**
   * Starts it. @returns once the next container may start: this one has ended well where it is to end, else it runs and
   * its startup probe has passed; and when it is stopped.
   */
  start(): Promise<void> {
    this.#kept = this.#keepRunning();
    return Promise.race([this.#started.promise, this.#kept]);
  }

  /** Resolves once it is not started again. */
  get over(): Promise<void> {
    return this.#kept ?? Promise.resolve();
  }

  /** Sends its process a signal, as a crash or a person would. */
  kill(signal: NodeJS.Signals): void {
    if (this.#running?.pid) signalTo(this.#running.pid, signal);
  }

  /** Ends it for good: SIGTERM, and SIGKILL once its grace is over. */
  async stop(): Promise<void> {
    this.#over.abort();
    await this.#end();
    await this.#kept;
  }

  async #keepRunning(): Promise<void> {
    for (let restarts = 0; !this.#over.signal.aborted; restarts++) {
      const exitCode = await this.#runOnce(restarts);
      if (this.#options.once || (this.#options.ends && exitCode === 0)) return;
      const { state } = this.#status;
      await sleep(this.#backoff(restarts), undefined, { signal: this.#over.signal }).catch(() => {});
      if (this.#over.signal.aborted) return;
      this.#say({ state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: state });
    }
  }

  async #runOnce(restartCount: number): Promise<number> {
    const startedAt = new Date().toISOString();
    const running = await this.#options.run().catch(notStarted);
    this.#running = running;
    const { startupProbe, readinessProbe } = this.spec;
    const isStarted = startupProbe === undefined;
    this.#say({
      ...{ restartCount, started: isStarted, ready: isStarted && readinessProbe === undefined },
      state: { running: { startedAt } },
    });
    const ended = new AbortController();
    void this.#probe(ended.signal);
    // A stop that came before there was a process.
    if (this.#over.signal.aborted) void this.#end();
    const reason = await running.ended;
    ended.abort();
    this.#running = undefined;
    const exitCode = exitCodeOf(reason);
    const terminated = {
      ...{ exitCode, reason: exitCode === 0 ? 'Completed' : 'Error', startedAt },
      finishedAt: new Date().toISOString(),
    };
    this.#say({ started: false, ready: this.#options.ends && exitCode === 0, state: { terminated } });
    return exitCode;
  }

  async #probe(signal: AbortSignal): Promise<void> {
    const { startupProbe, livenessProbe, readinessProbe } = this.spec;
    if (startupProbe) {
      const verdict = await this.#verdicts(startupProbe, signal).next();
      if (verdict.done) return;
      if (!verdict.value) return this.#end();
      this.#say({ started: true, ready: readinessProbe === undefined });
    }
    if (!this.#options.ends) this.#started.resolve();
    await Promise.all([
      livenessProbe && this.#watchLiveness(livenessProbe, signal),
      readinessProbe && this.#watchReadiness(readinessProbe, signal),
    ]);
  }

  async #watchLiveness(probe: Probe, signal: AbortSignal): Promise<void> {
    for await (const lives of this.#verdicts(probe, signal)) if (!lives) return this.#end();
  }

  async #watchReadiness(probe: Probe, signal: AbortSignal): Promise<void> {
    for await (const ready of this.#verdicts(probe, signal)) this.#say({ ready });
  }

  #verdicts(probe: Probe, signal: AbortSignal): AsyncGenerator<boolean> {
    return verdicts(probe, this.#options.scale, signal);
  }

  /** Ends the process that runs, in order while its grace lasts. */
  async #end(): Promise<void> {
    const running = this.#running;
    if (!running?.pid) return;
    signalTo(running.pid, 'SIGTERM');
    const killing = setTimeout(() => signalTo(running.pid, 'SIGKILL'), this.#options.grace);
    await running.ended;
    clearTimeout(killing);
  }

  /** The kubelet's: at once, then after 10 s, 20 s, … and 5 minutes at most. */
  #backoff(restarts: number): number {
    return restarts === 0 ? 0 : Math.min(10_000 * 2 ** (restarts - 1), 300_000) * this.#options.scale;
  }

  #say(change: Partial<ContainerStatus>): void {
    const isNew = Object.entries(change).some(
      ([field, value]) => this.#status[field as keyof ContainerStatus] !== value,
    );
    this.#status = { ...this.#status, ...change };
    if (isNew) this.#options.changed();
  }
}

/** One that could not be started ends at once, as with a runtime; it is tried again. */
function notStarted({ message }: Error): Running {
  console.error(message);
  return { pid: 0, ended: Promise.resolve('exit 128') };
}

/** As a container runtime counts: 128 and the signal's number. */
function exitCodeOf(reason: string): number {
  const code = reason.replace('exit ', '');
  const signals: Readonly<Record<string, number>> = { SIGKILL: 137, SIGTERM: 143 };
  return signals[code] ?? (Number(code) || (code === '0' ? 0 : 1));
}
