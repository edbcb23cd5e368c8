import type { TLSVerdict } from '../../core/policy.ts';
import type { NodeView } from '../view.ts';
import { type Content, html, type Markup } from './html.ts';

/** How something stands: said by a word as well, never by its colour alone. */
export type Tone = 'good' | 'bad' | 'warn' | 'calm';

/** A word in its colour. */
export function badge(tone: Tone, text: string): Markup {
  return html`<span class="badge ${tone}">${text}</span>`;
}

const tones: Readonly<Record<TLSVerdict['status'], Tone>> = { True: 'good', False: 'bad', Unknown: 'warn' };

/** What filters know a node by whose TLS is off, in place of a reason. */
const off = 'TLS off';

/** The verdict's reason. */
export function verdictText({ verdict }: NodeView): string {
  return verdict?.reason ?? off;
}

export function verdictBadge(view: NodeView): Markup {
  return badge(view.verdict ? tones[view.verdict.status] : 'calm', verdictText(view));
}

/** The attributes that filters go by. */
export function facets(view: NodeView): Markup {
  const tls = view.verdict === undefined ? 'off' : 'on';
  return html`data-namespace="${view.node.metadata.namespace}" data-verdict="${verdictText(view)}" data-tls="${tls}"`;
}

type Heading = {
  readonly id: string;
  readonly title: string;
  /** How many there are; absent where they are not counted. */
  readonly count: number;
  /** Said where there are none. */
  readonly none: string;
};

/** A part of the page: the script says how many of those in it are shown. */
export function section({ id, title, count, none }: Heading, ...content: readonly Content[]): Markup {
  return html`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title} <span class="count">${counted(count)}</span></h2>
${count === 0 ? html`<p>${none}</p>` : content}
<p class="unmatched" hidden>None of them fits the filter.</p>
</section>
`;
}

type Table = { readonly caption: string; readonly titles: readonly string[]; readonly sortable?: true };

/** A table that scrolls by itself where it is too wide, by keyboard too. */
export function table({ caption, titles, sortable }: Table, rows: readonly Markup[]): Markup {
  const heads = titles.map(title => html`<th scope="col">${title}</th>`);
  return html`<div class="scroll" role="group" aria-label="${caption}" tabindex="0"><table${sortable && html` class="sortable"`}>
<caption>${caption}</caption>
<thead><tr>${heads}</tr></thead>
<tbody>
${rows}</tbody></table></div>
`;
}

/** `1,234` */
export function counted(count: number): string {
  return count.toLocaleString('en');
}
