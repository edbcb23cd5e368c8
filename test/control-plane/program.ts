import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Running, Supervisor } from './supervise.ts';

/** A program of the control plane, to be stopped, killed and started again with the same arguments. */
export type Program = {
  /** Its process while it runs, for signals such as SIGSTOP. */
  readonly pid: () => number | undefined;
  /** Starts it and waits until it answers. @throws where it ends first, with the end of its log. */
  readonly start: () => Promise<void>;
  /** Ends it and waits until it is gone: `SIGTERM` in order, `SIGKILL` as a crash. */
  readonly stop: (signal?: NodeJS.Signals) => Promise<void>;
  readonly restart: (signal?: NodeJS.Signals) => Promise<void>;
};

/** What a program is run with. `ready` is asked again and again until it says yes; it may throw for no. */
export type Command = {
  readonly name: string;
  readonly path: string;
  readonly args: readonly string[];
  readonly ready: () => Promise<boolean>;
};

/** Describes a program; `start` runs it. */
export function program(supervisor: Supervisor, command: Command): Program {
  let running: Running | undefined;
  const log = join(supervisor.directory, `${command.name}.log`);
  const start: Program['start'] = async () => {
    const started = await supervisor.run(command.path, command.args, log);
    running = started;
    started.ended.then(() => {
      running = running === started ? undefined : running;
    });
    await answering(command, started, log);
  };
  const stop: Program['stop'] = async (signal = 'SIGTERM') => {
    const stopping = running;
    if (stopping !== undefined) {
      process.kill(stopping.pid, signal);
      await stopping.ended;
    }
  };
  const restart: Program['restart'] = async signal => {
    await stop(signal);
    await start();
  };
  return { pid: () => running?.pid, start, stop, restart };
}

const patience = 60_000;

async function answering({ name, ready }: Command, { ended }: Running, log: string): Promise<void> {
  let end: string | undefined;
  ended.then(reason => {
    end = reason;
  });
  const deadline = Date.now() + patience;
  while (!(await ready().catch(() => false))) {
    if (end !== undefined || Date.now() > deadline) {
      throw new Error(`${name} ${end ?? `does not answer after ${patience / 1000} s`}:\n${lastLines(log)}`);
    }
    await sleep(50);
  }
}

function lastLines(log: string): string {
  return readFileSync(log, 'utf8').trimEnd().split('\n').slice(-10).join('\n');
}
