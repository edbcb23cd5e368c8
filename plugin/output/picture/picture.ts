import type { Reach } from '../../../core/network/reach.ts';
import { UsageError } from '../../errors.ts';
import type { Reached } from '../../reach.ts';
import { dot } from './dot.ts';
import { graphOf } from './graph.ts';
import { mermaid } from './mermaid.ts';
import { svg } from './svg.ts';

/** Draws who reaches the targets of a namespace. @throws UsageError for those of several: too much to take in at once. */
export function picture(
  format: 'dot' | 'mermaid' | 'svg',
  reached: Reached,
  items: Iterable<Reach>,
): string | Promise<string> {
  checkOne(reached);
  const graph = graphOf(reached, items);
  if (format === 'mermaid') return mermaid(graph);
  return format === 'dot' ? dot(graph) : svg(dot(graph));
}

function checkOne({ question }: Reached): void {
  const namespaces = [...new Set(question.targets.map(({ target }) => target.namespace))];
  if (namespaces.length > 1) {
    throw new UsageError(
      `a picture shows one namespace, not ${namespaces.join(', ')}; say which with -n NAMESPACE`,
    );
  }
}
