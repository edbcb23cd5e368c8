import { printableLine } from '../../../core/printable.ts';
import { wrap } from '../wrap.ts';
import { colours, meanings, type Shade } from './colours.ts';
import type { Edge, Graph, TargetBox } from './graph.ts';
import type { Source } from './sources.ts';

/** A picture in Graphviz's language: sources on the left by namespace, targets with their ports on the right. */
export function dot(graph: Graph): string {
  const outside = graph.sources.filter(({ namespace }) => namespace === undefined);
  const namespaces = Map.groupBy(
    graph.sources.filter(({ namespace }) => namespace !== undefined),
    ({ namespace }) => namespace ?? '',
  );
  return [
    'digraph reach {',
    `  graph [rankdir=LR, nodesep=0.25, ranksep=1.6, fontname="${font}", fontsize=13, labelloc=t, labeljust=l,`,
    `    label=<${legend(graph)}>]`,
    `  node [shape=box, style="rounded,filled", fontname="${font}", fontsize=11, margin="0.12,0.07"]`,
    `  edge [fontname="${font}", fontsize=9, arrowsize=0.7]`,
    ...outside.map(source => sourceNode(source, '  ')),
    ...[...namespaces].map(([name, sources], at) => cluster(`namespace${at}`, name, sources)),
    ...targetCluster(graph),
    ...graph.edges.map(edgeLine),
    '}',
    '',
  ].join('\n');
}

/** One whose widths Graphviz knows, and a wide one: there is room for the text in others, too. */
export const font = 'Verdana';

/** How wide a text in a box gets, in characters. */
const widest = 34;

function cluster(id: string, name: string, sources: readonly Source[]): string {
  return [
    `  subgraph cluster_${id} {`,
    `    graph [style="rounded,filled", color="#cfd8dc", fillcolor="#fafafa", labeljust=l, label=<${text(name)}>]`,
    ...sources.map(source => sourceNode(source, '    ')),
    '  }',
  ].join('\n');
}

function sourceNode({ id, lines, shade }: Source, indent: string): string {
  const { line, fill } = colours[shade];
  const [first = '', ...rest] = lines.map(html);
  const small = rest.map(text => `<br/><font point-size="9">${text}</font>`).join('');
  return `${indent}${id} [color="${line}", fillcolor="${fill}"${dashed(shade)}, label=<${first}${small}>]`;
}

function dashed(shade: Shade): string {
  return shade === 'unknown' ? ', style="rounded,filled,dashed"' : '';
}

function targetCluster({ namespace, targets }: Graph): string[] {
  if (targets.length === 0) return [];
  return [
    '  subgraph cluster_targets {',
    `    graph [style="rounded,filled", color="#90a4ae", fillcolor="#f1f5f9", labeljust=l, label=<<b>${text(namespace)}</b>>]`,
    ...targets.map(targetNode),
    '  }',
  ];
}

function targetNode({ id, names, ports }: TargetBox): string {
  const title = names.length === 1 ? text(names[0] ?? '') : `${names.length} pods`;
  const list = names.length === 1 ? '' : `<br/><font point-size="9">${html(listed(names))}</font>`;
  const rows = ports.map(({ port, text: said, shade }) => {
    const { line, fill } = colours[shade];
    const state = shade === 'closed' ? ': closed' : '';
    return `<tr><td port="p${port}" align="left" bgcolor="${fill}"><font color="${line}"><b>${text(said + state)}</b></font></td></tr>`;
  });
  const head = `<tr><td port="all"><b>${title}</b>${list}</td></tr>`;
  return `    ${id} [shape=plain, style="", label=<<table border="0" cellborder="1" cellspacing="0" cellpadding="6" bgcolor="white" color="#90a4ae">${head}${rows.join('')}</table>>]`;
}

/** A few names stand for many. */
function listed(names: readonly string[]): string {
  const most = 8;
  const shown = names.slice(0, most).join(', ');
  return names.length > most ? `${shown} and ${names.length - most} more` : shown;
}

function edgeLine({ from, to, port, text: said, shade }: Edge): string {
  const { line } = colours[shade];
  const style = shade === 'unknown' ? 'dashed' : 'solid';
  const width = shade === 'exposed' ? 2 : 1;
  return `  ${from} -> ${to}:${port === undefined ? 'all' : `p${port}`}:w [color="${line}", fontcolor="${line}", style=${style}, penwidth=${width}, label=<${text(said)}>]`;
}

/** The title, and what each colour that is there means. */
function legend({ namespace, edges, targets }: Graph): string {
  const there = new Set([...edges, ...targets.flatMap(({ ports }) => ports)].map(({ shade }) => shade));
  const keys = (Object.keys(meanings) as Shade[])
    .filter(shade => there.has(shade))
    .map(shade => `<font color="${colours[shade].line}">■ ${meanings[shade]}</font>`);
  return `<b>Who reaches the nodes of ${text(namespace)}</b><br align="left"/><font point-size="10">${keys.join('   ')}</font><br align="left"/>`;
}

/** Lines of a label. */
function html(line: string): string {
  return wrap(printableLine(line), widest).trimEnd().split('\n').map(escaped).join('<br/>');
}

function text(line: string): string {
  return escaped(printableLine(line));
}

/** Names come from files: in a label of Graphviz's nothing of theirs is a tag. */
function escaped(line: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return line.replaceAll(/[&<>"]/g, character => entities[character] ?? '');
}
