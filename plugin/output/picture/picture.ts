import type { Reach } from '../../../core/network/reach.ts';
import type { Reached } from '../../reach.ts';
import { dot } from './dot.ts';
import { graphOf } from './graph.ts';
import { mermaid } from './mermaid.ts';
import { svg } from './svg.ts';

/** Draws who reaches the targets of a namespace. @throws UsageError for those of several. */
export function picture(
  format: 'dot' | 'mermaid' | 'svg',
  reached: Reached,
  items: Iterable<Reach>,
): string | Promise<string> {
  const graph = graphOf(reached, items);
  if (format === 'mermaid') return mermaid(graph);
  return format === 'dot' ? dot(graph) : svg(dot(graph));
}
