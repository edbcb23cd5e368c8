import { tlsSecretName } from '../../core/seinode.ts';
import { certificateFacts } from '../../core/tls-secret.ts';
import { expiry } from '../output/node-list.ts';
import { leafOf, type NodeView } from '../view.ts';
import type { Contents } from './contents.ts';
import { html, type Markup } from './html.ts';
import { counted, facets, section, type Tone, table } from './parts.ts';

/** Milliseconds. */
const day = 86_400_000;

/** Spans of what is left of a certificate: each ends where the next begins. */
const spans = [
  { title: 'expired', until: 0, tone: 'bad' },
  { title: 'within a day', until: 1, tone: 'bad' },
  { title: 'within 7 days', until: 7, tone: 'bad' },
  { title: 'within 30 days', until: 30, tone: 'warn' },
  { title: 'within 90 days', until: 90, tone: 'warn' },
  { title: 'within a year', until: 365, tone: 'good' },
  { title: 'later', until: Number.POSITIVE_INFINITY, tone: 'good' },
] as const satisfies readonly { title: string; until: number; tone: Tone }[];

/** Days before and after now that the line of time shows. */
const [before, after] = [90, 365];

type Dated = { readonly view: NodeView; readonly start: number; readonly end: number };

/** When certificates end: how many in which span, then each on a line of time, the soonest first. */
export function certificatesSection({ views, now }: Contents): Markup {
  const at = Date.parse(now);
  const dated = views.flatMap(datedOf).toSorted((a, b) => a.end - b.end);
  const [soon, later] = [
    dated.filter(({ end }) => isSoon(end, at)),
    dated.filter(({ end }) => !isSoon(end, at)),
  ];
  const unread = views.filter(view => view.verdict !== undefined && leafOf(view) === undefined).length;
  return section(
    { id: 'certificates', title: 'Certificates', count: dated.length, none: 'No certificate was read.' },
    spanTable(dated, at),
    soon.length === 0
      ? html`<p>None has expired or expires within 90 days.</p>`
      : timeTable('Expired, or within 90 days', soon, at),
    later.length > 0 &&
      html`<details class="group"><summary>Those that expire later <span class="count">${counted(later.length)}</span></summary>${timeTable('Later than in 90 days', later, at)}</details>`,
    unread > 0 &&
      html`<p>With TLS, but without a certificate that can be read: ${counted(unread)}. The fleet says why.</p>`,
  );
}

function datedOf(view: NodeView): Dated[] {
  const leaf = leafOf(view);
  return leaf === undefined
    ? []
    : [{ view, start: leaf.notBeforeUnix * 1000, end: leaf.notAfterUnix * 1000 }];
}

function isSoon(end: number, now: number): boolean {
  return end - now < 90 * day;
}

function spanTable(dated: readonly Dated[], now: number): Markup {
  const bySpan = Map.groupBy(dated, ({ end }) => spans.find(({ until }) => end - now < until * day));
  const counts = spans.map(span => bySpan.get(span)?.length ?? 0);
  const most = Math.max(1, ...counts);
  const rows = spans.map(({ title, tone }, index) => {
    const count = counts[index] ?? 0;
    const drawn = count > 0 && bar(tone, 0, (100 * count) / most);
    return html`<tr><th scope="row">${title}</th><td class="number">${counted(count)}</td><td class="wide">${drawn}</td></tr>
`;
  });
  const caption = 'When certificates expire: all of them, whatever the filter';
  return table({ caption, titles: ['Expires', 'Certificates', 'Share'] }, rows);
}

function timeTable(caption: string, dated: readonly Dated[], now: number): Markup {
  const titles = [
    'Node',
    'Secret',
    'Expires',
    'Not before',
    'Not after',
    `From ${before} days ago to a year ahead`,
  ];
  return table(
    { caption, titles },
    dated.map(each => timeRow(each, now)),
  );
}

function timeRow({ view, start, end }: Dated, now: number): Markup {
  const { namespace, name } = view.node.metadata;
  const { notBefore, notAfter } = certificateFacts(leafOf(view)!);
  const { tone } = spans.find(({ until }) => end - now < until * day)!;
  const [from, to] = [place(start, now), place(end, now)];
  return html`<tr ${facets(view)}><th scope="row">${namespace}/${name}</th><td>${tlsSecretName(view.node)}</td><td>${expiry(view, now)}</td><td>${notBefore}</td><td>${notAfter}</td><td class="wide">${bar(tone, from, to, place(now, now))}</td></tr>
`;
}

/** Where a moment is on the line of time, in percent of it. */
function place(moment: number, now: number): number {
  const percent = (100 * ((moment - now) / day + before)) / (before + after);
  return Math.min(100, Math.max(0, percent));
}

/** However short, it is to be seen. @param mark where a line stands across, in percent as the others are. */
function bar(tone: Tone, from: number, to: number, mark?: number): Markup {
  const width = Math.max(0.5, to - from);
  const line = mark !== undefined && rectangle('now', mark, 0, 0.3, 10);
  return html`<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">${rectangle(tone, Math.min(from, 99.5), 2, width, 6)}${line}</svg>`;
}

function rectangle(name: string, x: number, y: number, width: number, height: number): Markup {
  return html`<rect class="${name}" x="${x.toFixed(2)}" y="${y}" width="${width.toFixed(2)}" height="${height}"/>`;
}
