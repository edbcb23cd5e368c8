import type { Socket } from 'node:net';
import type { Seen } from './seen.ts';

/** Whether anything comes through at all. */
export class Gate {
  #frozen: (call: Seen) => boolean = () => false;
  #mended = Promise.withResolvers<void>();
  #door: 'open' | 'cut' | 'mute' = 'open';
  readonly #sockets = new Set<Socket>();

  /** A new connection. @returns whether somebody may listen to it. */
  enter(socket: Socket): boolean {
    // Who ends it by RST is no fault of ours.
    socket.on('error', () => {});
    if (this.#door === 'cut') socket.destroy();
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    return this.#door === 'open';
  }

  cut(): void {
    this.#door = 'cut';
    for (const socket of this.#sockets) socket.destroy();
  }

  mute(): void {
    this.#door = 'mute';
    this.freeze(() => true);
  }

  freeze(chosen: (call: Seen) => boolean): void {
    this.#frozen = chosen;
  }

  mend(): void {
    this.#door = 'open';
    this.#frozen = () => false;
    this.#mended.resolve();
    this.#mended = Promise.withResolvers();
  }

  /** Resolves once a call, or a part of its answer, may pass. */
  async passes(call: Seen): Promise<void> {
    if (this.#frozen(call)) await this.#mended.promise;
  }

  /** Ends a connection by RST. @param port of the other side. */
  reset(port: number | undefined): void {
    for (const socket of this.#sockets) if (socket.remotePort === port) socket.resetAndDestroy();
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}
