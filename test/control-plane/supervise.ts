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

/** A program that was started. */
export type Running = {
  readonly pid: number;
  /** How it ended once it has, `exit 1` or `exit SIGKILL`. */
  readonly ended: Promise<string>;
};

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
  const directory = await directoryOf(child);
  // One listener a program.
  child.setMaxListeners(0);
  const pids = new Set<number>();
  // One that was killed leaves its programs and directory to us.
  child.on('exit', code => code === 0 || clear(pids, directory));
  let orders = 0;
  const run: Supervisor['run'] = async (command, args, log) => {
    const running = await order(child, { id: orders++, command, args, log });
    pids.add(running.pid);
    running.ended.then(() => pids.delete(running.pid));
    return running;
  };
  return { directory, pid: child.pid as number, run, stop: () => stop(child) };
}

/** Sends a signal to a process, which may be gone already. */
export function signalTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code !== 'ESRCH') {
      throw fault;
    }
  }
}

function directoryOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('message', ({ directory }: { directory: string }) => resolve(directory));
    child.once('exit', () => reject(new Error('the supervisor of the control plane could not start')));
  });
}

function order(child: ChildProcess, asked: Order): Promise<Running> {
  const ended = Promise.withResolvers<string>();
  const running = Promise.withResolvers<Running>();
  const finish = (reason: string) => {
    child.off('message', hear).off('exit', gone);
    ended.resolve(reason);
    running.reject(new Error(`${asked.command} cannot be run: ${reason}`));
  };
  const gone = () => finish('the supervisor is gone');
  const hear = (report: Report) => {
    if (!('id' in report) || report.id !== asked.id) {
      return;
    }
    if ('pid' in report) {
      running.resolve({ pid: report.pid, ended: ended.promise });
    } else {
      finish(report.ended);
    }
  };
  child.on('message', hear).on('exit', gone);
  child.send(asked, fault => fault && gone());
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

function clear(pids: ReadonlySet<number>, directory: string): void {
  for (const pid of pids) {
    signalTo(pid, 'SIGKILL');
  }
  rmSync(directory, { recursive: true, force: true, maxRetries: 10 });
}
