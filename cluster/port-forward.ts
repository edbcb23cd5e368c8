import { Duplex } from 'node:stream';
import type WebSocket from 'ws';
import { printableLine } from '../core/printable.ts';
import type { Client } from './client.ts';
import { ClusterError, fault } from './error.ts';
import { pods, sentenceOf, type Write } from './resource.ts';

/** A port of a pod. */
export type PodPort = { readonly namespace: string; readonly name: string; readonly port: number };

/** Port-forwarding over WebSocket, as kubelet and container runtimes speak it. */
const protocol = 'v4.channel.k8s.io';
/** The first byte of each message says what it is of. */
const channels = { data: 0, error: 1 } as const;
/** As much as is repeated of what a runtime says. */
const longest = 300;

/**
 * Opens a stream to a port of a pod, from within the pod, through the API server.
 *
 * Whether somebody listens shows only later: where nobody does, the stream ends with an error of code ECONNREFUSED; where
 * the connection breaks, of code ECONNRESET; with a ClusterError where the port cannot be forwarded at all.
 *
 * @throws ClusterError where there is no such pod, or no right to it.
 */
export async function forwardPort(client: Client, { namespace, name, port }: PodPort): Promise<Duplex> {
  const request: Write = { verb: 'create', resource: pods, namespace, name, subresource: 'portforward' };
  const webSocket = await client.webSocket(request, { ports: String(port) }, protocol);
  return new ForwardedPort(webSocket, `cannot ${sentenceOf(request)}`);
}

class ForwardedPort extends Duplex {
  readonly #webSocket: WebSocket;
  readonly #failure: string;
  /** Channels whose first message, the port's number, has come. */
  readonly #begun = new Set<number>();

  constructor(webSocket: WebSocket, failure: string) {
    super();
    [this.#webSocket, this.#failure] = [webSocket, failure];
    webSocket.on('message', message => this.#take(message));
    webSocket.on('error', () => this.destroy(fault('ECONNRESET')));
    webSocket.on('close', () => this.push(null));
  }

  /** Not before it is read: nothing is said, and no error, to nobody. */
  override _read(): void {
    this.#webSocket.resume();
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    this.#webSocket.send(Buffer.concat([Buffer.of(channels.data), chunk]), done);
  }

  /** The protocol has no end of one direction alone. */
  override _final(done: () => void): void {
    this.#webSocket.close();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#webSocket.close();
    // The other side's good-bye may stand behind data.
    this.#webSocket.resume();
    done(error);
  }

  #take(message: Buffer): void {
    // What is under way to one that was let go must not hold up the good-bye.
    if (this.destroyed) return;
    const [channel = -1] = message;
    if (!this.#begun.has(channel)) this.#begun.add(channel);
    else if (channel === channels.error) this.destroy(this.#errorOf(message.subarray(1).toString()));
    else if (!this.push(message.subarray(1))) this.#webSocket.pause();
  }

  /** @param said by the container runtime, in words of its own around those of the system. */
  #errorOf(said: string): Error {
    if (/connection refused/i.test(said)) return fault('ECONNREFUSED');
    if (/connection reset by peer|broken pipe/i.test(said)) return fault('ECONNRESET');
    return new ClusterError(`${this.#failure}: ${printableLine(said.slice(0, longest))}`);
  }
}
