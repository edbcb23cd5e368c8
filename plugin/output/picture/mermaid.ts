import { printableLine } from '../../../core/printable.ts';
import { colours, type Shade } from './colours.ts';
import type { Edge, Graph, TargetBox } from './graph.ts';
import type { Source } from './sources.ts';

/** A picture in Mermaid's language, as Markdown on GitHub and GitLab shows it. */
export function mermaid(graph: Graph): string {
  const namespaces = Map.groupBy(graph.sources, ({ namespace }) => namespace);
  const outside = namespaces.get(undefined) ?? [];
  const inside = [...namespaces].filter(([namespace]) => namespace !== undefined);
  return [
    'flowchart LR',
    ...outside.map(source => sourceNode(source, '  ')),
    ...inside.flatMap(([name = '', sources], at) => [
      `  subgraph namespace${at}["${text(name)}"]`,
      ...sources.map(source => sourceNode(source, '    ')),
      '  end',
    ]),
    `  subgraph targets["${text(graph.namespace)}"]`,
    ...graph.targets.flatMap(targetNode),
    '  end',
    ...graph.edges.map(edgeLine),
    ...graph.edges.map(({ shade }, at) => `  linkStyle ${at} ${lineStyle(shade)}`),
    ...(Object.keys(colours) as Shade[]).map(shade => `  classDef ${shade} ${classStyle(shade)}`),
    '',
  ].join('\n');
}

function sourceNode({ id, lines, shade }: Source, indent: string): string {
  return `${indent}${id}["${lines.map(text).join('<br/>')}"]:::${shade}`;
}

function targetNode({ id, names, ports }: TargetBox): string[] {
  const title = names.length === 1 ? (names[0] ?? '') : `${names.length} pods: ${names.join(', ')}`;
  return [
    `    subgraph ${id}["${text(title)}"]`,
    ...ports.map(({ port, text: said, shade }) => `      ${id}p${port}["${text(said)}"]:::${shade}`),
    '    end',
  ];
}

function edgeLine({ from, to, port, text: said }: Edge): string {
  return `  ${from} -->|"${text(said)}"| ${port === undefined ? to : `${to}p${port}`}`;
}

function lineStyle(shade: Shade): string {
  const dashes = shade === 'unknown' ? ',stroke-dasharray:5' : '';
  return `stroke:${colours[shade].line},color:${colours[shade].line}${dashes}`;
}

function classStyle(shade: Shade): string {
  const { line, fill } = colours[shade];
  return `fill:${fill},stroke:${line},color:#1a1a1a${shade === 'unknown' ? ',stroke-dasharray:5' : ''}`;
}

/** Names come from files: whatever could end a label or be a tag becomes an entity, which Mermaid writes with #. */
function text(line: string): string {
  return printableLine(line).replaceAll(/[#&<>"`\\]/g, character => `#${character.codePointAt(0)};`);
}
