import { statefulSet } from '../../../core/resources/stateful-set.ts';
import type { Container, PodSpec } from '../../../core/resources/types.ts';
import type { SeiNode } from '../../../core/seinode.ts';
import { settings } from './nodes.ts';

/** The pod that a node makes. */
export function podOf(node: SeiNode): PodSpec {
  return statefulSet(node, settings).spec.template.spec;
}

/** All of its containers, in the order in which they start. */
export function containersOf(node: SeiNode): Container[] {
  const { initContainers, containers } = podOf(node);
  return [...initContainers, ...containers];
}

/** One of its containers. @throws where there is none of that name. */
export function container(node: SeiNode, name: string): Container {
  const found = containersOf(node).find(container => container.name === name);
  if (found === undefined) throw new Error(`no container ${name}`);
  return found;
}

/** The literal values of a container's environment. */
export function envOf({ env = [] }: Container): Record<string, string | undefined> {
  return Object.fromEntries(env.map(({ name, value }) => [name, value]));
}
