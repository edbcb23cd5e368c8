import { type KubernetesObject, type ObjectMeta, objectKey } from '../kubernetes.ts';
import type { SeiNode } from '../seinode.ts';

/**
 * The Pods and StatefulSets of nodes that are not there: their pod carries `sei.io/node`, and neither that nor their name
 * leads to a SeiNode.
 *
 * @param nodes every one that was read.
 */
export function orphansAmong(
  workloads: readonly KubernetesObject[],
  nodes: readonly SeiNode[],
): KubernetesObject[] {
  const known = new Set(nodes.map(({ metadata }) => keyOf(metadata)));
  const isOfNode = (object: KubernetesObject) => nodeKeysOf(object).some(key => known.has(keyOf(key)));
  return [...Map.groupBy(workloads, object => nodeKeysOf(object).map(keyOf)[0]).values()]
    .filter(together => together.some(isLabelled) && !together.some(isOfNode))
    .flat();
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

function isLabelled(object: KubernetesObject): boolean {
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
