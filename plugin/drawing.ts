import { createLogUpdate } from 'log-update';
import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';

/** Draws on a terminal, in place of what was drawn before. */
export type Drawing = {
  /** An empty text takes away what is there. */
  readonly draw: (text: string) => void;
  /** Takes it away, lets something be written, and draws again below that. */
  readonly above: (write: () => void) => void;
  /** Takes it away for good. */
  readonly end: () => void;
};

/**
 * Begins to draw. A window that gets narrower breaks the lines that stand there, so that they take more rows than were
 * written; one that gets lower lets the first of them go. What was drawn is found and taken away before it is drawn again;
 * where it has not all been on the screen, nobody can tell what still is, and the screen is cleared.
 *
 * @param drawAgain what there is by now.
 */
export function drawOn(stream: NodeJS.WriteStream, drawAgain: () => void): Drawing {
  const update = createLogUpdate(stream);
  let lines: readonly string[] = [];
  let { rows: height } = stream;
  const draw = (text: string) => {
    const wrapped = wrapAnsi(text.trimEnd(), stream.columns, { trim: false, hard: true, wordWrap: false });
    lines = wrapped === '' ? [] : wrapped.split('\n');
    height = stream.rows;
    if (lines.length > 0) update(text);
    else update.clear();
  };
  const resized = () => {
    const rows = lines.reduce((sum, line) => sum + Math.ceil(stringWidth(line) / stream.columns || 1), 0);
    const isSeen = rows < Math.min(height, stream.rows);
    if (rows > 0) stream.write(isSeen ? rowsAbove(rows) : screenOf(stream.rows));
    update.done();
    lines = [];
    drawAgain();
  };
  stream.on('resize', resized);
  const above = (write: () => void) => {
    draw('');
    write();
    drawAgain();
  };
  const end = () => {
    stream.off('resize', resized);
    update.clear();
    update.done();
  };
  return { draw, above, end };
}

/** Erases row by row: what is erased at once a terminal may keep for who scrolls back. */
function rowsAbove(count: number): string {
  return `${'\u001b[1A\u001b[2K'.repeat(count)}\r`;
}

function screenOf(rows: number): string {
  return `\u001b[H${'\u001b[2K\u001b[1B'.repeat(rows)}\u001b[H`;
}
