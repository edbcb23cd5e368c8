import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What becomes of the bytes between the API server and the webhook; they are TLS, so nobody reads them here. */
export type Carry = {
  /** Told of what the API server sends. */
  readonly asked?: (bytes: Buffer, from: Socket, to: Socket) => unknown;
  /** Told of what the webhook answers. */
  readonly answered?: (bytes: Buffer, from: Socket, to: Socket) => unknown;
};

/** All that goes wrong on it, from now on, on connections that stand and on new ones. */
export type WebhookWay = { readonly pass: (from: Socket, to: Socket) => void; carry: Carry };

/** A way from the API server to the webhook. */
export function webhookWay(): WebhookWay {
  const way: WebhookWay = {
    carry: {},
    pass: (from, to) => {
      from.on('data', bytes => (way.carry.asked ?? forward)(bytes, from, to));
      to.on('data', bytes => (way.carry.answered ?? back)(bytes, from, to));
      from.on('end', () => to.end());
      to.on('end', () => from.end());
    },
  };
  return way;
}

const forward: Carry['asked'] & {} = (bytes, _, to) => to.write(bytes);
const back: Carry['answered'] & {} = (bytes, from) => from.write(bytes);
const toNobody = () => {};

/** Each of them happens to whatever comes next, a handshake or a review. */
export const ways = {
  'nobody is there': { asked: (_, from) => from.destroy() },
  'RST as soon as it is asked': { asked: (_, from) => from.resetAndDestroy() },
  'RST in place of the answer': { answered: (_, from) => from.resetAndDestroy() },
  'a question that never arrives': { asked: toNobody },
  'an answer that never comes': { answered: toNobody },
  'an answer that is torn': {
    answered: (bytes, from) => from.end(bytes.subarray(0, bytes.length / 2)),
  },
  'an answer cut by RST': {
    answered: (bytes, from) => from.write(bytes.subarray(0, bytes.length / 2), () => from.resetAndDestroy()),
  },
  'an answer at a trickle': {
    answered: async (bytes, from) => {
      for (const byte of bytes) {
        from.write(Buffer.of(byte));
        await sleep(100);
      }
    },
  },
  'an answer in bytes': {
    answered: (bytes, from) => {
      for (const byte of bytes) from.write(Buffer.of(byte));
    },
  },
  'a question in bytes': {
    asked: (bytes, _, to) => {
      for (const byte of bytes) to.write(Buffer.of(byte));
    },
  },
  'half-closed once it was asked': {
    asked: (bytes, _, to) => to.end(bytes),
  },
  'bytes that were changed': {
    answered: (bytes, from) =>
      from.write(bytes.map((byte, at) => (at === bytes.length - 1 ? byte ^ 1 : byte))),
  },
} as const satisfies Readonly<Record<string, Carry>>;
