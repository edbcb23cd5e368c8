import type { PolicyParameters } from '../../core/network/network-policy.ts';
import type { Reach } from '../../core/network/reach.ts';
import type { Gathered } from '../gather.ts';
import type { CommonOptions } from '../options.ts';
import { dot } from '../output/picture/dot.ts';
import { graphOf } from '../output/picture/graph.ts';
import { svg } from '../output/picture/svg.ts';
import { reachSections } from '../output/reach-text.ts';
import type { Section } from '../output/sections.ts';
import { askReach, type Reached } from '../reach.ts';
import { chooseTargets } from '../reach-options.ts';
import type { Fault } from '../source/fleet.ts';
import type { Terminal } from '../terminal.ts';

/** Who reaches the nodes of a namespace, drawn and in words. */
export type NamespaceReach = {
  readonly namespace: string;
  readonly sections: readonly Section[];
  /** SVG; absent where there is too much to take in. */
  readonly picture?: string;
};

/** Boxes and arrows that a person still follows; Graphviz takes seconds for ten times as many. */
const most = 150;

/** Asks the rules who reaches the selected nodes, as `netpol reach` does. @returns the faults of the rules beside the answer. */
export async function reachByNamespace(
  gathered: Gathered,
  options: CommonOptions<string>,
  parameters: PolicyParameters,
  terminal: Terminal,
): Promise<{ readonly namespaces: readonly NamespaceReach[]; readonly faults: readonly Fault[] }> {
  const targets = chooseTargets(gathered, { ...options, output: 'svg' }, undefined);
  const answer = askReach(gathered.judge, gathered.fleet.network, targets, parameters);
  if (!answer.ok) return { namespaces: [], faults: [{ message: `NetworkPolicies: ${answer.error}` }] };
  const namespaces: NamespaceReach[] = [];
  for (const items of byNamespace(answer.value.items())) {
    namespaces.push(await namespaceReach(answer.value, items, terminal));
  }
  return { namespaces, faults: [] };
}

/** Items come sorted. Only those of a guarded port are for people. */
function* byNamespace(items: Iterable<Reach>): Generator<Reach[]> {
  let some: Reach[] = [];
  for (const item of items) {
    if (item.guard === undefined) continue;
    if (some[0] !== undefined && some[0].target.namespace !== item.target.namespace) {
      yield some;
      some = [];
    }
    some.push(item);
  }
  if (some.length > 0) yield some;
}

async function namespaceReach(
  reached: Reached,
  items: readonly Reach[],
  terminal: Terminal,
): Promise<NamespaceReach> {
  const namespace = items[0]?.target.namespace ?? '';
  const graph = graphOf(reached, items);
  const isClear = graph.sources.length + graph.targets.length + graph.edges.length <= most;
  return {
    namespace,
    sections: reachSections(reached, items, terminal, true),
    ...(isClear && { picture: await svg(dot(graph)) }),
  };
}
