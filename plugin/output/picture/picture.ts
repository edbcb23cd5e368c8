import type { Reach } from '../../../core/network/reach.ts';
import type { Reached } from '../../reach.ts';
import { dot, font } from './dot.ts';
import { graphOf } from './graph.ts';
import { mermaid } from './mermaid.ts';

/** Draws who reaches the targets of a namespace. An svg is laid out by Graphviz, which is loaded only for one. */
export async function picture(
  format: 'dot' | 'mermaid' | 'svg',
  reached: Reached,
  items: Iterable<Reach>,
): Promise<string> {
  const graph = graphOf(reached, items);
  if (format === 'mermaid') return mermaid(graph);
  const text = dot(graph);
  if (format === 'dot') return text;
  const { instance } = await import('@viz-js/viz');
  const svg = (await instance()).renderString(text, { format: 'svg' });
  return svg.replaceAll(
    `font-family="${font}"`,
    `font-family="${font},DejaVu Sans,Helvetica,Arial,sans-serif"`,
  );
}
