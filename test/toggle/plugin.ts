import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { until } from '../control-plane/until.ts';

/** How the plugin ended, and all that it said. */
export type Ended = {
  /** Its exit code, or the signal that ended it. */
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
};

/** The plugin as a process of its own. */
export type Plugin = {
  /** What it has said so far. */
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Waits for words on either. @throws where it ends, or time does, without them. */
  readonly says: (words: RegExp) => Promise<void>;
  readonly kill: (signal?: NodeJS.Signals) => void;
  readonly ended: Promise<Ended>;
};

export type PluginOptions = {
  readonly kubeconfig?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What it reads from standard input, then its end. */
  readonly stdin?: string;
};

const main = join(import.meta.dirname, '../../plugin/main.ts');
const running = new Set<() => void>();
process.on('exit', () => {
  for (const kill of running) kill();
});

/** Starts `node plugin/main.ts` without a terminal. It ends with this process at the latest. */
export function plugin(args: readonly string[], { kubeconfig, env, stdin = '' }: PluginOptions): Plugin {
  const child = spawn(process.execPath, [main, ...args], {
    env: { PATH: process.env.PATH, HOME: '/nowhere', ...(kubeconfig && { KUBECONFIG: kubeconfig }), ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', text => {
      said[stream] += text;
    });
  }
  child.stdin.on('error', () => {}).end(stdin);
  const kill = (signal: NodeJS.Signals = 'SIGKILL') => void child.kill(signal);
  running.add(kill);
  let end: Ended | undefined;
  const ended = new Promise<Ended>(resolve => {
    child.on('close', (code, signal) => {
      running.delete(kill);
      end = { code: code ?? signal ?? '', ...said };
      resolve(end);
    });
  });
  const says = async (words: RegExp) => {
    const heard = () => words.test(said.stdout) || words.test(said.stderr);
    if (!(await until(() => heard() || end !== undefined)) || !heard()) {
      throw new Error(`the plugin never said ${words}: ${JSON.stringify(end ?? said)}`);
    }
  };
  return { stdout: () => said.stdout, stderr: () => said.stderr, says, kill, ended };
}
