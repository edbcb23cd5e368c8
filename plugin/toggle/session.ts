import type { Client } from '../../cluster/client.ts';
import { UsageError } from '../errors.ts';
import { type Interrupt, onInterrupt } from '../interrupt.ts';
import { openLive } from '../live.ts';
import type { Terminal } from '../terminal.ts';
import type { Driver } from './drive.ts';
import { verifyNow } from './handshake.ts';
import { type ChangeOptions, timeoutOf } from './options.ts';
import { liveProgress, type Progress, plainProgress } from './progress.ts';

/** For who has interrupted and sees nothing end. */
const isAwaited =
  'interrupted: the answer to what was sent is awaited; once more ends this at once, and tls resume goes on';

/** What a command that changes a cluster has for as long as it runs. */
export type Session = {
  readonly client: Client;
  readonly progress: Progress;
  readonly interrupted: AbortSignal;
  /** For one node: its time begins now. */
  readonly driver: () => Driver;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
};

/** @throws UsageError for flags that are wrong. @throws ClusterError where there is no cluster. */
export function openSession(options: ChangeOptions, terminal: Terminal): Session {
  const timeout = timeoutOf(options);
  const client = openLive(options, terminal);
  const interrupt: Interrupt = onInterrupt();
  const stream = terminal.dialogue?.stream;
  const progress = stream ? liveProgress(terminal, stream, () => performance.now()) : plainProgress(terminal);
  let notice: NodeJS.Timeout | undefined;
  interrupt.signal.addEventListener('abort', () => {
    notice = setTimeout(() => progress.say(isAwaited), 1_000).unref();
  });
  return {
    client,
    progress,
    interrupted: interrupt.signal,
    driver: () => ({
      client,
      progress,
      verify: node => verifyNow(client, node),
      signal: AbortSignal.any([interrupt.signal, ...(timeout > 0 ? [after(timeout, options.timeout)] : [])]),
      wait: options.wait,
    }),
    [Symbol.asyncDispose]: async () => {
      clearTimeout(notice);
      progress.stop();
      interrupt[Symbol.dispose]();
      await client.close();
    },
  };
}

/** Asks whether to begin. @throws UsageError where nobody can answer. */
export async function confirmed(
  { yes }: Pick<ChangeOptions, 'yes'>,
  { dialogue }: Terminal,
  question: string,
  signal: AbortSignal,
): Promise<'yes' | 'no' | 'interrupted'> {
  if (yes) return 'yes';
  if (dialogue === undefined) {
    throw new UsageError('there is no terminal to ask at: read the plan (--dry-run=server), then add --yes');
  }
  const answer = await dialogue.ask(`${question} [y/N] `, signal);
  if (answer === undefined) return 'interrupted';
  return /^\s*y(es)?\s*$/i.test(answer) ? 'yes' : 'no';
}

function after(milliseconds: number, text: string): AbortSignal {
  const controller = new AbortController();
  const reason = new Error(`it took longer than --timeout ${text}`);
  setTimeout(() => controller.abort(reason), milliseconds).unref();
  return controller.signal;
}
