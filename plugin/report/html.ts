import { printable, printableLine } from '../../core/printable.ts';
import { redacted } from './redact.ts';

/** Text that is markup already: put into more of it as it is. Who makes one himself vouches for the text: our own script and style, and what Graphviz drew. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What may be put into markup: text is shown as text, whatever is in it; undefined and false are nothing. */
export type Content = string | number | Markup | undefined | false | readonly Content[];

/** Markup with contents put into it, as text of an element or in an attribute's double quotes; never into a tag, a script or a style. */
export function html(parts: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  return new Markup(String.raw({ raw: parts }, ...contents.map(markupOf)));
}

/** A text of several lines, for `<pre>`. */
export function lines(text: string): Markup {
  return new Markup(escaped(printable(redacted(text))));
}

/** A path as the user named it: no part of it is taken for a key. */
export function path(text: string): Markup {
  return new Markup(escaped(printableLine(text)));
}

function markupOf(content: Content): string {
  if (content === undefined || content === false) return '';
  if (content instanceof Markup) return content.text;
  if (typeof content === 'object') return content.map(markupOf).join('');
  return escaped(printableLine(redacted(String(content))));
}

/** By entities that text and double-quoted attributes both know (HTML, 13.1.4). */
function escaped(text: string): string {
  return text.replaceAll(/[&<>"'`]/g, character => `&#${character.charCodeAt(0)};`);
}
