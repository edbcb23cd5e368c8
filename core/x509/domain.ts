/**
 * Whether `text` passes for a domain name: printable ASCII, no empty label, no dot at the end; empty passes.
 * A constraint (RFC 5280 §4.2.1.10) may lead with one dot. Neither the length of a label nor its letters count.
 */
export function isDomain(text: string, constraint: boolean): boolean {
  if (text === '') return true;
  const name = constraint && text.startsWith('.') && text.length > 1 ? text.slice(1) : text;
  return /^[!-~]+$/.test(name) && !name.startsWith('.') && !name.endsWith('.') && !name.includes('..');
}

/** Whether ASCII `text` is a mailbox (RFC 2821 §4.1.2): a local part of atoms or in quotes, `@`, a domain. */
export function isMailbox(text: string): boolean {
  const end = text.startsWith('"') ? quotedEnd(text) : atomsEnd(text);
  return end > 0 && text[end] === '@' && isDomain(text.slice(end + 1), false);
}

// Just past the closing quote, -1 without one.
function quotedEnd(text: string): number {
  let at = 1;
  while (at < text.length && text[at] !== '"') {
    const escaped = text[at] === '\\';
    if (!isQuotable(text.charCodeAt(escaped ? at + 1 : at), escaped)) return -1;
    at += escaped ? 2 : 1;
  }
  return at < text.length ? at + 1 : -1;
}

// Space is let in, as RFC 3696 does; a tab only after a backslash; NaN, past the end, never.
function isQuotable(code: number, escaped: boolean): boolean {
  if (code === 9) return escaped;
  return code >= 1 && code <= 127 && code !== 10 && code !== 13;
}

// Just past the atoms, -1 where they are none or their dots are misplaced. A backslash takes any character with it.
function atomsEnd(text: string): number {
  let at = 0;
  let last = '.';
  while (at < text.length && isAtom(text[at]!)) {
    if (text[at] === '\\') at++;
    const character = text[at++];
    if (character === undefined || (character === '.' && last === '.')) return -1;
    last = character;
  }
  return last === '.' ? -1 : at;
}

function isAtom(character: string): boolean {
  return /[0-9a-zA-Z!#$%&'*+\-/=?^_`{|}~.\\]/.test(character);
}
