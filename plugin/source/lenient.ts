import { CHOMPING_MODE, EVENT_ID, type Event, parseEvents, SCALAR_STYLE, YAMLException } from 'js-yaml';

/** How often a document is read anew at most, and how long it may be for that: each time costs as much as reading. */
const mostRepairs = 20;
const longestRepaired = 256 * 1024;
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
      if (left === 0 || written.length > longestRepaired || !isIndentation(error)) throw error;
      text = repaired(text, error.mark.position);
    }
  }
}

function isIndentation(error: unknown): error is YAMLException & { mark: { position: number } } {
  return (
    error instanceof YAMLException && error.reason === 'deficient indentation' && error.mark !== undefined
  );
}

/**
 * Inside brackets and quotes indentation means nothing, nor does a tab between values: a tab becomes spaces, a line is
 * indented, and with it those below while each ends in a comma or bracket and so cannot be the last.
 */
function repaired(text: string, at: number): string {
  const line = text.lastIndexOf('\n', at - 1) + 1;
  const space = /(?<![ \t])[ \t]*$/.exec(text.slice(line, at))![0];
  if (at - space.length > line)
    return text.slice(0, at - space.length) + ' '.repeat(space.length) + text.slice(at);
  const lines = /^(?:.*[,[{][ \r]*\n)*.*/.exec(text.slice(line))![0];
  return text.slice(0, line) + lines.replace(/^/gm, padding) + text.slice(line + lines.length);
}

function withoutLineEnd(events: Event[], text: string): Event[] {
  const at = /[\r\n]$/.test(text) ? -1 : events.findLastIndex(({ type }) => type === EVENT_ID.SCALAR);
  const last = events[at];
  if (
    last?.type === EVENT_ID.SCALAR &&
    last.style >= SCALAR_STYLE.LITERAL_BLOCK &&
    last.valueEnd === text.length
  )
    events[at] = { ...last, chomping: CHOMPING_MODE.STRIP };
  return events;
}
