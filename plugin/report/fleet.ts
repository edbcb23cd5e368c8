import { objectKey } from '../../core/kubernetes.ts';
import { tlsSecretName } from '../../core/seinode.ts';
import type { Finding } from '../findings.ts';
import { age, expiry, exposedText } from '../output/node-list.ts';
import { leafOf, type NodeView } from '../view.ts';
import type { Contents } from './contents.ts';
import { type Content, html, type Markup } from './html.ts';
import { badge, facets, section, table, verdictBadge } from './parts.ts';

/** A cell, and what it is sorted by where that is not its text. */
type Cell = { readonly shown: Content; readonly by?: number };

type Column = {
  readonly title: string;
  readonly cell: (view: NodeView, now: number, findings: readonly Finding[]) => Cell;
};

/** After the name; first what a narrow screen is to show. */
const columns: readonly Column[] = [
  { title: 'Namespace', cell: ({ node }) => ({ shown: node.metadata.namespace }) },
  { title: 'Verdict', cell: view => ({ shown: verdictBadge(view) }) },
  {
    title: 'Expires',
    cell: (view, now) => ({
      shown: expiry(view, now),
      by: leafOf(view)?.notAfterUnix ?? Number.MAX_SAFE_INTEGER,
    }),
  },
  { title: 'Exposed', cell: view => ({ shown: exposure(view) }) },
  {
    title: 'Findings',
    cell: (_view, _now, findings) => ({ shown: rulesOf(findings), by: -findings.length }),
  },
  { title: 'TLS', cell: ({ verdict }) => ({ shown: verdict ? 'on' : 'off' }) },
  { title: 'Secret', cell: ({ node }) => ({ shown: tlsSecretName(node) ?? '-' }) },
  { title: 'Phase', cell: ({ node }) => ({ shown: node.status?.phase ?? '-' }) },
  { title: 'Plan', cell: ({ node }) => ({ shown: node.status?.plan?.phase ?? '-' }) },
  {
    title: 'Age',
    cell: (view, now) => ({
      shown: age(view, now),
      by: -Date.parse(view.node.metadata.creationTimestamp ?? '9999-01-01T00:00:00Z'),
    }),
  },
  { title: 'Image', cell: ({ node }) => ({ shown: html`<span class="long">${node.spec.image}</span>` }) },
];

/** Every node, a row each: what `list` shows, and which rules have found something. */
export function fleetSection({ views, findings, now }: Contents): Markup {
  const byNode = Map.groupBy(findings, ({ object }) => keyOf(object));
  const titles = ['Name', ...columns.map(({ title }) => title)];
  const rows = views.map(view => {
    const key = keyOf({ kind: 'SeiNode', ...view.node.metadata });
    return fleetRow(view, Date.parse(now), byNode.get(key) ?? []);
  });
  return section(
    { id: 'fleet', title: 'Fleet', count: views.length, none: 'No SeiNode was found.' },
    table({ caption: 'The SeiNodes, a row each', titles, sortable: true }, rows),
  );
}

function fleetRow(view: NodeView, now: number, findings: readonly Finding[]): Markup {
  const cells = columns.map(({ cell }) => {
    const { shown, by } = cell(view, now, findings);
    return by === undefined ? html`<td>${shown}</td>` : html`<td data-sort="${by}">${shown}</td>`;
  });
  return html`<tr ${facets(view)}><th scope="row">${view.node.metadata.name}</th>${cells}</tr>
`;
}

function keyOf({ kind, namespace, name }: Pick<Finding['object'], 'kind' | 'namespace' | 'name'>): string {
  return `${kind} ${objectKey(namespace, name)}`;
}

function exposure(view: NodeView): Content {
  const text = exposedText(view);
  if (text === '-') return text;
  return badge(view.exposure !== undefined && view.exposure.open.length > 0 ? 'bad' : 'warn', text);
}

function rulesOf(findings: readonly Finding[]): Content {
  const rules = [...new Set(findings.map(({ rule }) => rule))];
  return rules.length === 0 ? 'none' : html`<span class="rules">${rules.join(', ')}</span>`;
}
