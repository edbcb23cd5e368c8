/**
 * What can move a terminal's cursor, ring it, hide text or turn its direction: controls (C0, C1, DEL), format
 * characters (the marks of bidirectional text, zero-width ones), line separators, lone surrogates. Not newline.
 */
const unprintable = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

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
  const cut = text.length > longest ? `${text.slice(0, longest)}… (${text.length - longest} more)` : text;
  return printable(cut).replaceAll('\n', '\\n');
}

/**
 * The same for status and Events, of at most so many UTF-16 units. Cut within a character, an API server would store it as
 * another text than it was sent, and be sent it again for ever.
 */
export function printableWithin(text: string, longest: number): string {
  // As much as is left of it: what is a hundred times longer is not escaped first.
  const safe = printable(text.slice(0, longest + 1).toWellFormed());
  return safe.length > longest ? `${safe.slice(0, longest - 1).toWellFormed()}…` : safe;
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
