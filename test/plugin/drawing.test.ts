import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import test from 'ava';
import { drawOn } from '../../plugin/drawing.ts';

const rowAbove = '\u001b[1A\u001b[2K';
const clearScreen = (rows: number) => `\u001b[H${'\u001b[2K\u001b[1B'.repeat(rows)}\u001b[H`;

/** A window, and what is written to it. @param text is drawn, and again after the window has another size. */
function drawn(text: string, size: { readonly columns: number; readonly rows: number }) {
  const stream = Object.assign(new PassThrough(), size) as unknown as NodeJS.WriteStream;
  const written = () => String(stream.read() ?? '');
  const { draw, end } = drawOn(stream, () => draw(text));
  draw(text);
  written();
  const resized = (to: Partial<typeof size>) => {
    Object.assign(stream, to).emit('resize');
    return written();
  };
  return { draw, end, resized, written };
}

const lines = (count: number) => Array.from({ length: count }, (_, at) => `task ${at}\n`).join('');

test('a line that a narrower window has broken is taken away with all of its rows', t => {
  const text = `${'x'.repeat(75)}\nshort\n`;
  const { resized } = drawn(text, { columns: 80, rows: 24 });
  t.true(resized({ columns: 50 }).startsWith(`${rowAbove.repeat(3)}\r`));
  // It was written as three lines, for the window is as narrow.
  t.true(resized({ columns: 20 }).startsWith(`${rowAbove.repeat(6)}\r`));
});

test('where not all of it stands on the screen, the screen is cleared: in a lower window, and in one that was too low', t => {
  const { resized } = drawn(lines(12), { columns: 80, rows: 24 });
  const low = resized({ rows: 10 });
  t.true(low.startsWith(clearScreen(10)));
  t.false(low.includes('task 0'));
  const high = resized({ rows: 24 });
  t.true(high.startsWith(clearScreen(24)));
  t.is(stripVTControlCharacters(high), lines(12));
});

test('where nothing is drawn, or no more, another size takes nothing away', t => {
  const nothing = drawn('', { columns: 80, rows: 24 });
  t.is(nothing.resized({ columns: 50 }), '');
  const over = drawn(lines(3), { columns: 80, rows: 24 });
  over.end();
  over.written();
  t.is(over.resized({ columns: 50 }), '');
});

test('an empty text takes away what is there, and leaves no line', t => {
  const { draw, written } = drawn(lines(2), { columns: 80, rows: 24 });
  draw('');
  t.is(stripVTControlCharacters(written()), '');
});
