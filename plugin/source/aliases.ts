import { EVENT_ID, type Event } from 'js-yaml';
import type { Events } from './events.ts';

/** What stands behind an anchor; without a size while it is still open. */
type Anchored = { size?: number; height: number };
type Open = { readonly from: number; readonly anchored: Anchored };

/**
 * Where aliases name no anchor, or the value that they stand in, or multiply beyond what go-yaml v2 accepts (its
 * allowedAliasRatio) or nest deeper than `maxDepth`: the offset of the alias; undefined where all is well.
 */
export function badAlias(events: Events, text: string, maxDepth: number): number | undefined {
  if (!events.some(({ type }) => type === EVENT_ID.ALIAS)) return undefined;
  const anchors = new Map<string, Anchored>();
  const open: Open[] = [];
  const count = { decoded: 0, aliased: 0 };
  for (const event of events) {
    if (event.type === EVENT_ID.ALIAS) {
      const anchored = anchors.get(text.slice(event.anchorStart, event.anchorEnd));
      if (!follow(anchored, open, count, maxDepth)) return event.anchorStart - 1;
    } else walk(event, anchors, open, count, text);
  }
  return undefined;
}

function walk(
  event: Exclude<Event, { type: typeof EVENT_ID.ALIAS }>,
  anchors: Map<string, Anchored>,
  open: Open[],
  count: { decoded: number },
  text: string,
): void {
  if (event.type === EVENT_ID.POP) {
    const { from, anchored } = open.pop()!;
    anchored.size = count.decoded - from;
    raise(open, anchored.height);
    return;
  }
  const anchored: Anchored = { height: 1 };
  if (event.type === EVENT_ID.SCALAR) anchored.size = 1;
  else open.push({ from: count.decoded, anchored });
  if ('anchorStart' in event && event.anchorStart >= 0)
    anchors.set(text.slice(event.anchorStart, event.anchorEnd), anchored);
  count.decoded += 1;
}

function follow(
  anchored: Anchored | undefined,
  open: readonly Open[],
  count: { decoded: number; aliased: number },
  maxDepth: number,
): boolean {
  if (anchored?.size === undefined) return false;
  count.decoded += 1 + anchored.size;
  count.aliased += anchored.size;
  raise(open, anchored.height);
  if (open.length + anchored.height > maxDepth) return false;
  return (
    count.aliased <= 100 || count.decoded <= 1000 || count.aliased / count.decoded <= ratio(count.decoded)
  );
}

/** The innermost open node holds something of this height. */
function raise(open: readonly Open[], height: number): void {
  const holder = open.at(-1)?.anchored;
  if (holder !== undefined && holder.height <= height) holder.height = height + 1;
}

/** The share of a document of that size that aliases may make up. */
function ratio(decoded: number): number {
  const [low, high] = [400_000, 4_000_000];
  return 0.99 - 0.89 * Math.min(1, Math.max(0, (decoded - low) / (high - low)));
}
