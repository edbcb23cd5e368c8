import { printableLine } from '../../core/printable.ts';
import type { Decision } from '../../core/toggle/decision.ts';
import { isEnded, type Journal } from '../../core/toggle/journal.ts';
import { deedOf, endOf } from '../../core/toggle/outline.ts';
import { drawOn } from '../drawing.ts';
import { paint, type Terminal } from '../terminal.ts';

/** Told of what toggles do, as they do it. */
export type Progress = {
  readonly doing: (journal: Journal, decision: Decision) => void;
  /** Told again and again while it waits. */
  readonly waiting: (journal: Journal, why: string) => void;
  /** A line that is nobody's. */
  readonly say: (line: string) => void;
  /** Nothing more comes of a node. */
  readonly over: (journal: Journal) => void;
  readonly stop: () => void;
};

/** Each deed a line; a wait is a line of its own, once for each reason. */
export function plainProgress({ error }: Pick<Terminal, 'error'>): Progress {
  const say = newly(error);
  return {
    doing: (journal, decision) => {
      const deed = deedOf(journal, decision);
      if (deed !== undefined) say(journal, deed);
    },
    waiting: (journal, why) => say(journal, why, 'waits: '),
    say: error,
    over: journal => {
      if (isEnded(journal)) say(journal, endOf(journal));
    },
    stop: () => {},
  };
}

/** The same on a terminal: below the lines what is waited for, and how long. */
export function liveProgress(terminal: Terminal, stream: NodeJS.WriteStream, now: () => number): Progress {
  const waits = new Map<string, { readonly why: string; readonly since: number }>();
  const redraw = () => {
    const lines = [...waits].map(([name, { why, since }]) => {
      const text = printableLine(`${name}: waits ${Math.round((now() - since) / 1000)} s: ${why}`);
      return paint(terminal, 'dim', text);
    });
    draw(lines.join('\n'));
  };
  const { draw, above, end } = drawOn(stream, redraw);
  const timer = setInterval(redraw, 1_000);
  const line = (text: string) => above(() => terminal.error(text));
  const say = newly(line);
  return {
    doing: (journal, decision) => {
      const deed = deedOf(journal, decision);
      if (deed === undefined) return;
      waits.delete(journal.node.name);
      say(journal, deed);
    },
    waiting: ({ node }, why) => {
      const { since = now() } = waits.get(node.name) ?? {};
      waits.set(node.name, { why, since });
      redraw();
    },
    say: line,
    over: journal => {
      waits.delete(journal.node.name);
      if (isEnded(journal)) say(journal, endOf(journal));
      else redraw();
    },
    stop: () => {
      clearInterval(timer);
      end();
    },
  };
}

/** Says what is new of a node: what is tried again, and waited for in between, need not be said again. */
function newly(error: Terminal['error']): (journal: Journal, text: string, prefix?: string) => void {
  const said = new Map<string, string>();
  return ({ node }, text, prefix = '') => {
    const kind = `${node.name}: ${prefix}`;
    if (said.get(kind) === text) return;
    said.set(kind, text);
    error(printableLine(`${kind}${text}`));
  };
}
