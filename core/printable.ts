/**
 * What can move a terminal's cursor, ring it, hide text or turn its direction: controls (C0, C1, DEL), format
 * characters (the marks of bidirectional text, zero-width ones), line separators, lone surrogates. Not newline.
 */
const unprintable = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Most texts: told from the rest much sooner than by the classes above. */
const isPlain = /^[ -~]*$/;

/** Longer lines tell a person nothing. */
const longest = 4000;

/**
 * Text that is safe on a terminal: what is unprintable shows as `\u001b`, or as `escaped` writes a character. Newlines
 * stay.
 */
export function printable(text: string, escaped = escapeJSON): string {
  return text.replaceAll(unprintable, escaped);
}

/** The same for one line of text for people: newlines show as `\n`, and what is very long is cut. */
export function printableLine(text: string): string {
  if (text.length <= longest && isPlain.test(text)) return text;
  const [shown, left] = [printable(text.slice(0, longest)).replaceAll('\n', '\\n'), text.length - longest];
  return left > 0 ? `${cutWithin(`${shown}…`, longest + 1)} (${left} more)` : cutWithin(shown, longest);
}

/** The same for status and Events, of at most so many UTF-16 units. */
export function printableWithin(text: string, longest: number): string {
  // Only as much as may be left of it is escaped.
  return cutWithin(printable(text.slice(0, longest + 1)), longest);
}

/**
 * A text of at most so many UTF-16 units. It is never cut within a character: an API server would store another text than
 * it was sent, and be sent it again for ever.
 */
export function cutWithin(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest - 1).replace(/[\ud800-\udbff]$/, '')}…` : text;
}

/** Whether a text holds what {@link printable} would replace. */
export function isPrintable(text: string): boolean {
  return text.search(unprintable) === -1;
}

/** By UTF-16 units, so that a JSON reader gets the character back. */
function escapeJSON(character: string): string {
  return Array.from({ length: character.length }, (_, at) => `\\u${hex(character.charCodeAt(at), 4)}`).join(
    '',
  );
}

/** By code points, because YAML knows no surrogates. */
export function escapeYAML(character: string): string {
  const point = character.toWellFormed().codePointAt(0) ?? 0;
  return point > 0xffff ? `\\U${hex(point, 8)}` : `\\u${hex(point, 4)}`;
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}
