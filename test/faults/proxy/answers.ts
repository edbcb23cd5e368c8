import { setTimeout as sleep } from 'node:timers/promises';
import { statusOf } from './faults.ts';

/** What comes of the bytes of an answer. What it throws ends the connection by RST; `happened` tells the test. */
export type Through = (
  bytes: AsyncIterable<Buffer>,
  happened: () => void,
) => AsyncGenerator<string | Uint8Array>;

/** An event of a watch (meta/v1). */
export type WatchEvent = {
  readonly type: string;
  // biome-ignore lint/suspicious/noExplicitAny: of any kind
  readonly object: any;
};

/** A few bytes at a time, with a pause after each. */
export function drip(bytes: number, milliseconds: number): Through {
  return async function* (chunks, happened) {
    for await (const piece of pieces(chunks, bytes)) {
      yield piece;
      happened();
      await sleep(milliseconds);
    }
  };
}

/** So many bytes a chunk: an event in many of them, and characters of UTF-8 cut. */
export function split(bytes: number): Through {
  return async function* (chunks, happened) {
    for await (const piece of pieces(chunks, bytes)) {
      yield piece;
      happened();
    }
  };
}

/** So many events in one chunk; those that are fewer wait for more. */
export function merged(count: number): Through {
  return async function* (chunks, happened) {
    let waiting: string[] = [];
    for await (const line of linesOf(chunks)) {
      waiting.push(line);
      if (waiting.length < count) continue;
      yield waiting.join('');
      waiting = [];
      happened();
    }
    yield waiting.join('');
  };
}

/** After so many bytes nothing comes any more, and the connection stays. */
export function stalled(after: number): Through {
  return cut(after, () => new Promise<never>(() => {}));
}

/** After so many bytes the answer ends as if it were whole. */
export function torn(after: number): Through {
  return cut(after, () => {});
}

/** After so many bytes the connection ends by RST. */
export function broken(after: number): Through {
  return cut(after, () => {
    throw new Error('as the test wants');
  });
}

/** After so many events half of the next, and the stream ends in order. */
export function tornEvent(after: number): Through {
  return async function* (chunks, happened) {
    let count = 0;
    for await (const line of linesOf(chunks)) {
      if (count++ < after) yield line;
      else {
        yield line.slice(0, line.length / 2);
        return happened();
      }
    }
  };
}

/** After so many events one of type ERROR, and the end of the stream; none comes before there was one event too many. */
export function errorEvent(code: 410 | 429 | 500, after: number): Through {
  return async function* (chunks, happened) {
    let count = 0;
    for await (const line of linesOf(chunks)) {
      if (count++ < after) yield line;
      else {
        yield `${JSON.stringify({ type: 'ERROR', object: statusOf(code) })}\n`;
        return happened();
      }
    }
  };
}

/** Each event becomes others, or none. @param of another one a stream, so that it may remember. */
export function edited(of: () => (event: WatchEvent) => readonly WatchEvent[]): Through {
  return async function* (chunks, happened) {
    const edit = of();
    for await (const line of linesOf(chunks)) {
      const event = JSON.parse(line);
      const told = edit(event);
      if (told.length !== 1 || told[0] !== event) happened();
      for (const each of told) yield `${JSON.stringify(each)}\n`;
    }
  };
}

/** What is chosen is never told. */
export function dropped(isChosen: (event: WatchEvent) => boolean): Through {
  return edited(() => event => (isChosen(event) ? [] : [event]));
}

/** Of the events that are chosen each second comes before the first. */
export function swapped(isChosen: (event: WatchEvent) => boolean): Through {
  return edited(() => {
    let held: WatchEvent | undefined;
    return event => {
      if (!isChosen(event)) return [event];
      const told = held === undefined ? [] : [event, held];
      held = held === undefined ? event : undefined;
      return told;
    };
  });
}

/** Of so many events that are chosen only the last is told, as MODIFIED. */
export function coalesced(count: number, isChosen: (event: WatchEvent) => boolean): Through {
  return edited(() => {
    let met = 0;
    return event => {
      if (!isChosen(event)) return [event];
      met += 1;
      return met % count === 0 ? [{ ...event, type: 'MODIFIED' }] : [];
    };
  });
}

function cut(after: number, then: () => unknown): Through {
  return async function* (chunks, happened) {
    let left = after;
    for await (const chunk of chunks) {
      yield chunk.subarray(0, left);
      left -= chunk.length;
      if (left >= 0) continue;
      happened();
      await then();
      return;
    }
  };
}

async function* pieces(chunks: AsyncIterable<Buffer>, bytes: number): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += bytes) yield chunk.subarray(at, at + bytes);
  }
}

/** The lines of a stream, each with its end. */
export async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let rest = Buffer.alloc(0);
  for await (const chunk of chunks) {
    rest = Buffer.concat([rest, chunk]);
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      yield rest.subarray(0, end + 1).toString();
      rest = rest.subarray(end + 1);
    }
  }
  if (rest.length > 0) yield rest.toString();
}
