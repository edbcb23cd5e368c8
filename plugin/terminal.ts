import { styleText } from 'node:util';

/** How wide an output is. */
export type Size = {
  /** Columns. */
  readonly width: number;
  /** The width at which a table folds: that of a screen. Absent where another program reads. */
  readonly foldAt?: number;
};

/** Where a command writes and what it may use there. */
export type Terminal = Size & {
  /** Results. May return a promise of false where they could not be written. */
  readonly out: (text: string) => unknown;
  /** Results that are no text. Absent where they would be written to a screen. */
  readonly bytes?: (content: Uint8Array) => unknown;
  /** Errors and progress, one line each. */
  readonly error: (text: string) => void;
  /** How wide it is by now: for who goes on writing while somebody pulls at the window. Absent where there is none. */
  readonly size?: () => Size;
  readonly color: boolean;
  readonly stdin: () => Promise<Uint8Array>;
  /** Where somebody can answer. Absent where there is no terminal at both ends. */
  readonly dialogue?: Dialogue;
  /** Aborted once nobody reads the output any more. */
  readonly closed: AbortSignal;
};

/** A person at a terminal. */
export type Dialogue = {
  /** Asks for a line. @returns what was typed; undefined where it was interrupted. */
  readonly ask: (question: string, signal: AbortSignal) => Promise<string | undefined>;
  /** Where something can be drawn again in its place: standard error. Absent on a terminal that cannot (TERM=dumb) or has no size. */
  readonly stream?: NodeJS.WriteStream;
};

export type Style = 'red' | 'green' | 'yellow' | 'bold' | 'dim';

/** Text in a style, or as it is where there is no colour. */
export function paint(terminal: Terminal, style: Style, text: string): string {
  return terminal.color ? styleText(style, text, { validateStream: false }) : text;
}

/** A terminal as wide as it is by now. */
export function sized(terminal: Terminal): Terminal {
  return { ...terminal, ...terminal.size?.() };
}
