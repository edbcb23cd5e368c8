import { exitCodes } from './exit-codes.ts';

/** Ctrl-C, or whoever else asks the process to end. */
export type Interrupt = { readonly signal: AbortSignal; readonly [Symbol.dispose]: () => void };

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** From now on the first one aborts `signal`, so that what is under way can tell where it stands; the second ends the process. */
export function onInterrupt(): Interrupt {
  const controller = new AbortController();
  const interrupt = () => {
    if (controller.signal.aborted) process.exit(exitCodes.interrupted);
    controller.abort();
  };
  for (const signal of signals) process.on(signal, interrupt);
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      for (const signal of signals) process.off(signal, interrupt);
    },
  };
}
