import { orphansAmong } from '../core/findings/orphans.ts';
import type { KubernetesObject } from '../core/kubernetes.ts';
import type { SeiNode } from '../core/seinode.ts';
import type { Gathered } from './gather.ts';
import { type CommonOptions, selection } from './options.ts';
import type { Sourced } from './source/fleet.ts';

/**
 * The Pods and StatefulSets of nodes that are not there, as the flags select them by their own labels. Over a cluster there
 * are none under -l and --field-selector, which keep nodes from being read.
 *
 * @param nodes those that were read, selected or not. @throws UsageError for a selector that does not parse.
 */
export function orphansOf(
  { fleet, namespace, client }: Pick<Gathered, 'fleet' | 'namespace' | 'client'>,
  nodes: readonly Sourced<SeiNode>[],
  options: CommonOptions<string>,
): Sourced<KubernetesObject>[] {
  const matches = selection(options);
  if (client !== undefined && (options.selector || options.fieldSelector)) return [];
  const sources = new Map(fleet.workloads.map(sourced => [sourced.object, sourced]));
  return orphansAmong(
    [...sources.keys()],
    nodes.map(({ object }) => object),
  )
    .filter(({ metadata }) => namespace === undefined || namespace === metadata.namespace)
    .filter(({ metadata }) => matches(metadata.labels ?? {}, metadata.name, metadata.namespace))
    .flatMap(object => sources.get(object) ?? []);
}
