import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ObjectMeta } from '../../core/kubernetes.ts';
import type { Container, PodSpec } from '../../core/resources/types.ts';
import type { Supervisor } from '../control-plane/supervise.ts';
import { commandLine } from './command-line.ts';
import { ContainerRun } from './container.ts';
import type { Images } from './images.ts';
import { type Find, type Volumes, volumesOf } from './volumes.ts';

/** A Pod (Kubernetes API, core/v1) that can be run. */
export type RunnablePod = {
  readonly metadata: ObjectMeta & { readonly uid: string };
  readonly spec: Omit<PodSpec, 'initContainers'> & {
    readonly initContainers?: readonly Container[];
    readonly nodeName?: string;
    readonly terminationGracePeriodSeconds?: number;
  };
};

export type Machine = {
  readonly supervisor: Supervisor;
  readonly images: Images;
  readonly scale: number;
  readonly find: Find;
};

type State = { readonly terminated?: { readonly exitCode: number } };

/** A pod's containers as processes, from its beginning to its end. */
export class PodRun {
  readonly volumes: Volumes;
  readonly sidecars: readonly ContainerRun[];
  readonly init: readonly ContainerRun[];
  readonly containers: readonly ContainerRun[];
  /** Since when it runs, and what keeps it from it. */
  readonly startTime = new Date().toISOString();
  waitsFor: string | undefined;
  initialized = false;
  readonly #pod: RunnablePod;
  readonly #machine: Machine;
  readonly #changed: () => void;
  readonly #directory: string;
  readonly #ending = new AbortController();

  /** @param changed told that its status is another. */
  constructor(pod: RunnablePod, machine: Machine, changed: () => void) {
    [this.#pod, this.#machine, this.#changed] = [pod, machine, changed];
    const { namespace, name, uid } = pod.metadata;
    const { directory } = machine.supervisor;
    this.#directory = join(directory, 'pods', `${namespace}-${name}-${uid}`);
    mkdirSync(this.#directory, { recursive: true });
    const claims = join(directory, 'claims', namespace);
    this.volumes = volumesOf(pod.spec, this.#directory, claims, machine.find);
    const { initContainers = [], containers } = pod.spec;
    this.init = initContainers.map(spec => this.#container(spec, spec.restartPolicy !== 'Always'));
    this.containers = containers.map(spec => this.#container(spec, false));
    this.sidecars = this.init.filter(({ spec }) => spec.restartPolicy === 'Always');
  }

  /** Runs it until `end`: init containers in their order, then all others. @returns once no process is left. */
  async run(): Promise<void> {
    const { signal } = this.#ending;
    for (;;) {
      this.waitsFor = this.volumes.mount();
      this.#changed();
      if (this.waitsFor === undefined || signal.aborted) break;
      await sleep(200, undefined, { signal }).catch(() => {});
    }
    for (const container of this.init) if (!signal.aborted) await container.start();
    if (!signal.aborted) {
      this.initialized = true;
      for (const container of this.containers) void container.start();
      this.#changed();
      const ended = new Promise(resolve => signal.addEventListener('abort', resolve));
      await Promise.race([ended, this.#allOver()]);
      await this.#stop();
      this.#changed();
      await ended;
    }
    await this.#stop();
  }

  /** Whether it was run once and has ended well; undefined while it has not ended. */
  get succeeded(): boolean | undefined {
    const codes = this.containers.map(({ status: { state } }) => (state as State).terminated?.exitCode);
    if (!this.#isOnce || codes.includes(undefined)) return undefined;
    return codes.every(code => code === 0);
  }

  get #isOnce(): boolean {
    return this.#pod.spec.restartPolicy === 'Never';
  }

  async #allOver(): Promise<void> {
    await Promise.all(this.containers.map(({ over }) => over));
  }

  /** Ends it in order. */
  end(): void {
    this.#ending.abort();
    // One that the start waits for.
    for (const container of this.init.filter(each => !this.sidecars.includes(each))) void container.stop();
    if (!this.initialized) for (const container of this.sidecars) void container.stop();
  }

  get metadata(): RunnablePod['metadata'] {
    return this.#pod.metadata;
  }

  /** Where a container's output is, of all its runs. */
  log(container: string): string {
    return join(this.#directory, `${container}.log`);
  }

  container(name: string): ContainerRun | undefined {
    return [...this.init, ...this.containers].find(({ spec }) => spec.name === name);
  }

  /** Containers first and together, then native sidecars in reverse order, each once its successor is gone. */
  async #stop(): Promise<void> {
    await Promise.all(this.containers.map(container => container.stop()));
    for (const container of this.sidecars.toReversed()) await container.stop();
  }

  #container(spec: Container, ends: boolean): ContainerRun {
    const { scale } = this.#machine;
    const grace = (this.#pod.spec.terminationGracePeriodSeconds ?? 30) * 1000;
    return new ContainerRun(spec, {
      ...{ ends, scale, grace, once: this.#isOnce && spec.restartPolicy !== 'Always' },
      run: async () => {
        const line = await commandLine(this.#pod, spec, this.volumes, this.#machine);
        // env(1) becomes the program, so that its process is the one that is signalled.
        return this.#machine.supervisor.run('/usr/bin/env', line, this.log(spec.name));
      },
      changed: this.#changed,
    });
  }
}
