import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { readPolicy } from '../../wasm/policy.ts';
import { ListenError } from '../listen.ts';
import type { FromWorker, Measured, Served, ToWorker, WorkerStart } from './messages.ts';

export type ThreadOptions = {
  /** What the thread runs: operator/webhook/worker.ts, or a script that becomes it in a thread. */
  readonly script: URL;
  /** That gave the address, for errors. */
  readonly flag: string;
  readonly address: string;
  readonly measured: (measured: readonly Measured[]) => void;
  readonly fault: (fault: Omit<Extract<FromWorker, { type: 'fault' }>, 'type'>) => void;
  /** Told that the thread ended though nobody closed it, in one sentence. */
  readonly died: (error: Error) => void;
};

/** The webhook's server on a thread of its own, so that no work of the operator's delays an answer. */
export class WebhookThread {
  /** Where it listens. Rejects with ListenError where it cannot. */
  readonly listening: Promise<{ readonly host: string; readonly port: number }>;
  readonly #worker: Worker;
  readonly #gone = Promise.withResolvers<void>();
  #isClosing = false;

  constructor({ script, flag, address, measured, fault, died }: ThreadOptions) {
    const policy = new WebAssembly.Module(Uint8Array.from(readPolicy()));
    const start: WorkerStart = { flag, address, policy };
    // Requests leave little behind: the nursery of the caches (operator/heap-limits.ts) would be 40 MB here, and no faster.
    setFlagsFromString('--max-semi-space-size=2');
    this.#worker = new Worker(script, { name: 'webhook', workerData: start });
    const listening = Promise.withResolvers<{ readonly host: string; readonly port: number }>();
    this.listening = listening.promise;
    const handlers: { [T in FromWorker['type']]: (message: Extract<FromWorker, { type: T }>) => void } = {
      listening: listening.resolve,
      refused: ({ message }) => listening.reject(new ListenError(message)),
      measured: message => measured(message.measured),
      fault: ({ message, fields }) => fault({ message, fields }),
    };
    let cause = 'it ended by itself';
    this.#worker
      .on('message', (message: FromWorker) => handlers[message.type](message as never))
      .on('error', error => {
        cause = error instanceof Error ? error.message : String(error);
      })
      .on('exit', () => {
        this.#gone.resolve();
        const error = new Error(`the thread of the webhook ended: ${cause}`);
        listening.reject(error);
        if (!this.#isClosing) died(error);
      });
  }

  tell(message: Exclude<ToWorker, { type: 'close' }>): void {
    this.#worker.postMessage(message);
  }

  /** Has it serve this pair from the next handshake on; connections stay. */
  serve(served: Served): void {
    this.tell({ type: 'certificate', served });
  }

  /** Ends in order. @param linger milliseconds for which it goes on answering first. */
  async close(linger: number): Promise<void> {
    this.#isClosing = true;
    this.#worker.postMessage({ type: 'close', linger } satisfies ToWorker);
    await this.#gone.promise;
  }
}
