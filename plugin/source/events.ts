import { EVENT_ID, type Event, getScalarValue, SCALAR_STYLE, type ScalarEvent } from 'js-yaml';
import { keyText } from './mapping.ts';
import { plainValue } from './scalars.ts';

/** What js-yaml found in a text: each object, list and value with its offsets, flat, in the order written. */
export type Events = readonly Event[];

/** Where in the text the node at index `at` begins; -1 for one of which nothing is written. */
export function offsetOf(event: Event | undefined): number {
  switch (event?.type) {
    case EVENT_ID.SCALAR:
      return event.valueStart;
    case EVENT_ID.ALIAS:
      return event.anchorStart - 1;
    case EVENT_ID.MAPPING:
    case EVENT_ID.SEQUENCE:
      return event.start;
    default:
      return -1;
  }
}

/** The index just behind the node at `at`. */
function behind(events: Events, at: number): number {
  let depth = 0;
  let next = at;
  do {
    const type = events[next]?.type;
    if (type === EVENT_ID.POP) depth -= 1;
    else if (type !== EVENT_ID.SCALAR && type !== EVENT_ID.ALIAS) depth += 1;
    next += 1;
  } while (depth > 0 && next < events.length);
  return next;
}

/** The indexes of a list's items; none for anything else. */
export function itemsAt(events: Events, at: number): number[] {
  return events[at]?.type === EVENT_ID.SEQUENCE ? childrenAt(events, at) : [];
}

/** The indexes of an object's key of that name and of its value. */
export function entryAt(
  events: Events,
  at: number,
  text: string,
  name: string,
): { readonly key: number; readonly value: number } | undefined {
  if (events[at]?.type !== EVENT_ID.MAPPING) return undefined;
  const children = childrenAt(events, at);
  for (let key = 0; key < children.length; key += 2) {
    const event = events[children[key]!];
    if (event?.type === EVENT_ID.SCALAR && textOf(event, text) === name) {
      return { key: children[key]!, value: children[key + 1]! };
    }
  }
  return undefined;
}

function childrenAt(events: Events, at: number): number[] {
  const children: number[] = [];
  for (let next = at + 1; events[next] !== undefined && events[next]?.type !== EVENT_ID.POP; ) {
    children.push(next);
    next = behind(events, next);
  }
  return children;
}

function textOf(event: ScalarEvent, text: string): string | undefined {
  const written = getScalarValue(text, event);
  return event.style === SCALAR_STYLE.PLAIN ? keyText(plainValue(written)) : written;
}
