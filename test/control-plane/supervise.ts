import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';

/** What the supervisor is asked: run a program. */
export type Order = {
  readonly id: number;
  readonly command: string;
  readonly args: readonly string[];
  readonly log: string;
};

/** What the supervisor says: where it works, and of an order that its program runs, then that it ended. */
export type Report =
  | { readonly directory: string }
  | { readonly id: number; readonly pid: number }
  | { readonly id: number; readonly ended: string };

/** A program that was started. `ended` says how it ended once it has, `exit 1` or `exit SIGKILL`. */
export type Running = { readonly pid: number; readonly ended: Promise<string> };

/** Owner of programs and of the directory they work in, both gone after `stop` or with this process. */
export type Supervisor = {
  readonly directory: string;
  /** Its process, in a session of its own so that Ctrl-C reaches this process first. */
  readonly pid: number;
  /** Starts a program in the directory. @param log file its output goes to. @throws where it cannot be run. */
  readonly run: (command: string, args: readonly string[], log: string) => Promise<Running>;
  readonly stop: () => Promise<void>;
};

/** Starts a supervisor with a new directory. */
export async function supervise(): Promise<Supervisor> {
  const child = fork(join(import.meta.dirname, 'supervisor.ts'), {
    detached: true,
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [{ directory }] = (await once(child, 'message')) as [{ directory: string }];
  const pids = new Set<number>();
  child.on('exit', () => clear(pids, directory));
  let orders = 0;
  const run: Supervisor['run'] = (command, args, log) =>
    order(child, { id: orders++, command, args, log }, pids);
  return { directory, pid: child.pid as number, run, stop: () => stop(child) };
}

function order(child: ChildProcess, asked: Order, pids: Set<number>): Promise<Running> {
  const ended = Promise.withResolvers<string>();
  const running = Promise.withResolvers<Running>();
  const hear = (report: Report) => {
    if (!('id' in report) || report.id !== asked.id) {
      return;
    }
    if ('pid' in report) {
      pids.add(report.pid);
      ended.promise.then(() => pids.delete(report.pid));
      running.resolve({ pid: report.pid, ended: ended.promise });
    } else {
      finish(report.ended);
    }
  };
  const finish = (reason: string) => {
    child.off('message', hear).off('exit', gone);
    ended.resolve(reason);
    running.reject(new Error(`${asked.command} cannot be run: ${reason}`));
  };
  const gone = () => finish('the supervisor is gone');
  child.on('message', hear).on('exit', gone);
  child.send(asked);
  return running.promise;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const gone = once(child, 'exit');
    if (child.connected) {
      child.disconnect();
    }
    await gone;
  }
}

/** A supervisor that was killed itself leaves its programs and directory to us; one that was not leaves nothing. */
function clear(pids: ReadonlySet<number>, directory: string): void {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It is gone already.
    }
  }
  rmSync(directory, { recursive: true, force: true });
}
