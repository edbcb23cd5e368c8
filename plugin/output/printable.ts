/**
 * What can move a terminal's cursor, ring it, hide text or turn its direction: controls (C0, C1, DEL), format
 * characters (the marks of bidirectional text, zero-width ones), line separators, lone surrogates. Not newline.
 */
const unprintable = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Text that is safe on a terminal: what is unprintable shows as `\u001b`. Newlines stay. */
export function printable(text: string): string {
  return text.replaceAll(unprintable, escaped);
}

/** The same for one line: newlines show as `\n`. */
export function printableLine(text: string): string {
  return printable(text).replaceAll('\n', '\\n');
}

/** Whether a text holds what {@link printable} would replace. */
export function isPrintable(text: string): boolean {
  return text.search(unprintable) === -1;
}

/** By UTF-16 units, so that a JSON reader gets the character back. */
/** By UTF-16 units, so that a JSON reader gets the character back. */
function escaped(character: string): string {
  return Array.from({ length: character.length }, (_, index) => {
    return `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`;
  }).join('');
}
