import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Running, type Supervisor, signalTo } from './supervise.ts';
import { until } from './until.ts';

/** A program of the control plane, to be stopped, killed and started again with the same arguments and data. */
export type Program = {
  /** Its process while it runs, for signals such as SIGSTOP. */
  readonly pid: () => number | undefined;
  /** How its process ends, `exit 1` or `exit SIGKILL`; undefined where none runs. */
  readonly ended: () => Promise<string> | undefined;
  /** Starts it unless it runs, and waits until it answers. @throws where it ends first, with the end of its log. */
  readonly start: () => Promise<void>;
  /** Waits until it answers, such as kube-apiserver after etcd was away. @throws where it does not. */
  readonly ready: () => Promise<void>;
  /** Ends it and waits until it is gone: in order, or by `SIGKILL` as a crash would. */
  readonly stop: (signal?: 'SIGTERM' | 'SIGKILL') => Promise<void>;
  readonly restart: (signal?: 'SIGTERM' | 'SIGKILL') => Promise<void>;
};

/** What a program is run with. `answers` is asked again and again until it says yes; it may throw for no. */
export type Command = {
  readonly name: string;
  readonly path: string;
  readonly args: readonly string[];
  readonly answers: () => Promise<boolean>;
};

/** Describes a program; `start` runs it. */
export function program(supervisor: Supervisor, command: Command): Program {
  const log = join(supervisor.directory, `${command.name}.log`);
  let running: Running | undefined;
  const start: Program['start'] = async () => {
    if (running === undefined) {
      running = await supervisor.run(command.path, command.args, log);
      running.ended.then(() => {
        running = undefined;
      });
    }
    await ready();
  };
  const ready: Program['ready'] = async () => {
    if (running === undefined) {
      throw new Error(`${command.name} is stopped`);
    }
    await answering(command, running.ended, log);
  };
  const stop: Program['stop'] = async (signal = 'SIGTERM') => {
    if (running !== undefined) {
      const { pid, ended } = running;
      signalTo(pid, signal);
      await ended;
    }
  };
  const restart: Program['restart'] = async signal => {
    await stop(signal);
    await start();
  };
  return { pid: () => running?.pid, ended: () => running?.ended, start, ready, stop, restart };
}

async function answering({ name, answers }: Command, ended: Promise<string>, log: string): Promise<void> {
  let end: string | undefined;
  const over = ended.then(reason => {
    end = reason;
    return true;
  });
  // A question may hang where somebody else listens at its address.
  const answered = await until(() => Promise.race([over, answers()]));
  if (!answered || end !== undefined) {
    throw new Error(`${name}: ${end ?? 'no answer'}\n${lastLines(log)}`);
  }
}

function lastLines(log: string): string {
  return readFileSync(log, 'utf8').trimEnd().split('\n').slice(-10).join('\n');
}
