import { type KubernetesObject, type ObjectMeta, objectKey } from '../core/kubernetes.ts';
import type { SeiNode } from '../core/seinode.ts';
import type { Gathered } from './gather.ts';
import { type CommonOptions, selection } from './options.ts';
import type { Sourced } from './source/fleet.ts';

/**
 * The Pods and StatefulSets of nodes that are not there: their pod carries `sei.io/node`, and neither that nor their name
 * leads to a SeiNode. What the flags select of them, by their own labels. Over a cluster there are none under -l and
 * --field-selector, which keep nodes from being read.
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
  const known = new Set(nodes.map(({ object }) => keyOf(object.metadata)));
  const isOfNode = ({ object }: Sourced<KubernetesObject>) =>
    nodeKeysOf(object).some(key => known.has(keyOf(key)));
  return [...Map.groupBy(fleet.workloads, ({ object }) => nodeKeysOf(object).map(keyOf)[0]).values()]
    .filter(together => together.some(isLabelled) && !together.some(isOfNode))
    .flat()
    .filter(({ object: { metadata } }) => namespace === undefined || namespace === metadata.namespace)
    .filter(({ object: { metadata } }) => matches(metadata.labels ?? {}, metadata.name, metadata.namespace));
}

/** The node that an object runs: by the name of a StatefulSet, NAME, and of its pods, NAME-0; of other pods by label. */
export function nodeNameOf(object: KubernetesObject): string | undefined {
  const { name } = object.metadata;
  return object.kind === 'StatefulSet' ? name : (/^(.+)-\d+$/.exec(name)?.[1] ?? labelOf(object));
}

/** The nodes that an object may be of: by its name, which comes first, and by its label; none where nothing tells. */
export function nodeKeysOf(object: KubernetesObject): Pick<ObjectMeta, 'namespace' | 'name'>[] {
  const { namespace } = object.metadata;
  const names = new Set([nodeNameOf(object), labelOf(object)]);
  return [...names].flatMap(name => (name === undefined ? [] : [{ namespace, name }]));
}

function isLabelled({ object }: Sourced<KubernetesObject>): boolean {
  return labelOf(object) !== undefined;
}

/** Of a StatefulSet what its pods are given. */
function labelOf(object: KubernetesObject): string | undefined {
  const { metadata } = object.kind === 'StatefulSet' ? templateOf(object) : object;
  return metadata?.labels?.['sei.io/node'];
}

type Template = { readonly metadata?: { readonly labels?: Readonly<Record<string, string>> } };

/** The pod template of a StatefulSet, of which nothing is known to be right. */
export function templateOf(
  statefulSet: KubernetesObject & { readonly spec?: { readonly template?: Template } },
): Template {
  return statefulSet.spec?.template ?? {};
}

function keyOf({ namespace, name }: Pick<ObjectMeta, 'namespace' | 'name'>): string {
  return objectKey(namespace, name);
}
