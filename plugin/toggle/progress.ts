import { createLogUpdate } from 'log-update';
import { printableLine } from '../../core/printable.ts';
import type { Decision } from '../../core/toggle/decide.ts';
import type { Journal } from '../../core/toggle/journal.ts';
import { deedOf } from '../../core/toggle/outline.ts';
import { paint, type Terminal } from '../terminal.ts';

/** Told of what toggles do, as they do it. */
export type Progress = {
  readonly doing: (journal: Journal, decision: Decision) => void;
  /** Told again and again while it waits. */
  readonly waiting: (journal: Journal, why: string) => void;
  /** A line that stays. */
  readonly say: (line: string) => void;
  /** Nothing more comes of a node. */
  readonly over: (journal: Journal) => void;
  readonly stop: () => void;
};

/** Each deed a line; a wait is a line of its own, once for each reason. */
export function plainProgress({ error }: Pick<Terminal, 'error'>): Progress {
  const said = new Map<string, string>();
  const say = (journal: Journal, text: string) => error(printableLine(`${journal.node.name}: ${text}`));
  return {
    doing: (journal, decision) => {
      const deed = deedOf(journal, decision);
      if (deed !== undefined) say(journal, deed);
    },
    waiting: (journal, why) => {
      if (said.get(journal.node.name) === why) return;
      said.set(journal.node.name, why);
      say(journal, `waits: ${why}`);
    },
    say: line => error(printableLine(line)),
    over: ({ node }) => said.delete(node.name),
    stop: () => {},
  };
}

/** The same on a terminal: below the lines what is waited for, and how long. */
export function liveProgress(terminal: Terminal, stream: NodeJS.WriteStream, now: () => number): Progress {
  const draw = createLogUpdate(stream);
  const waits = new Map<string, { readonly why: string; readonly since: number }>();
  const redraw = () => {
    const lines = [...waits].map(([name, { why, since }]) => {
      const text = printableLine(`${name}: waits ${Math.round((now() - since) / 1000)} s: ${why}`);
      return paint(terminal, 'dim', text);
    });
    draw(lines.join('\n'));
  };
  const timer = setInterval(redraw, 1_000);
  const say = (text: string) => {
    draw.clear();
    terminal.error(printableLine(text));
    redraw();
  };
  return {
    doing: (journal, decision) => {
      const deed = deedOf(journal, decision);
      if (deed === undefined) return;
      waits.delete(journal.node.name);
      say(`${journal.node.name}: ${deed}`);
    },
    waiting: ({ node }, why) => {
      const { since = now() } = waits.get(node.name) ?? {};
      waits.set(node.name, { why, since });
      redraw();
    },
    say,
    over: ({ node }) => {
      waits.delete(node.name);
      redraw();
    },
    stop: () => {
      clearInterval(timer);
      draw.clear();
      draw.done();
    },
  };
}
