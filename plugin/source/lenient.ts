import { CHOMPING_MODE, EVENT_ID, type Event, parseEvents, SCALAR_STYLE, YAMLException } from 'js-yaml';

/** How many lines of one document may be indented too little. */
const mostRepairs = 100;
const padding = ' '.repeat(80);

/**
 * The events of a text, read as libyaml does where js-yaml goes by YAML 1.2: a closing bracket may stand at the column
 * of its key, and a block of lines that the text ends in has no line end of its own. `text` is what the offsets count
 * in: the same lines, some indented further. Throws YAMLException.
 */
export function eventsOf(
  written: string,
  maxDepth: number,
): { readonly text: string; readonly events: Event[] } {
  let text = written;
  for (let left = mostRepairs; ; left -= 1) {
    try {
      return { text, events: withoutLineEnd(parseEvents(text, { maxDepth }), text) };
    } catch (error) {
      if (left === 0 || !isIndentation(error)) throw error;
      text = repaired(text, error.mark.position);
    }
  }
}

function isIndentation(error: unknown): error is YAMLException & { mark: { position: number } } {
  return (
    error instanceof YAMLException && error.reason === 'deficient indentation' && error.mark !== undefined
  );
}

/** Inside brackets and quotes indentation means nothing, nor does a tab between values. */
function repaired(text: string, at: number): string {
  const line = text.lastIndexOf('\n', at - 1) + 1;
  const space = /[ \t]*$/.exec(text.slice(line, at))?.[0] ?? '';
  const start = at - space.length;
  return text.slice(0, start) + (start === line ? padding : ' '.repeat(space.length)) + text.slice(at);
}

function withoutLineEnd(events: Event[], text: string): Event[] {
  const at = text.endsWith('\n') ? -1 : events.findLastIndex(({ type }) => type === EVENT_ID.SCALAR);
  const last = events[at];
  if (
    last?.type === EVENT_ID.SCALAR &&
    last.style >= SCALAR_STYLE.LITERAL_BLOCK &&
    last.valueEnd === text.length
  )
    events[at] = { ...last, chomping: CHOMPING_MODE.STRIP };
  return events;
}
