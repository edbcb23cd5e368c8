import { sidecarTLSSecretReady } from '../../../core/conditions.ts';
import { type KubernetesObject, objectKey } from '../../../core/kubernetes.ts';
import { conditionOf, type SeiNode } from '../../../core/seinode.ts';
import type { Pod } from '../../kubelet/pod-status.ts';
import { nodeOf } from './witness.ts';
import { keyOf, listed, type Wish, type World } from './world.ts';

const owned = ['claims', 'services', 'configs', 'sets', 'jobs'] as const;

/** What is other than people wish, one sentence each: nodes, what they run, and what is left of those that are gone. */
export async function shortcomings(world: World): Promise<string[]> {
  const nodes = await listed<SeiNode>(world, 'nodes');
  const [pods, ...others] = await Promise.all([
    listed<Pod>(world, 'pods'),
    ...owned.map(kind => listed(world, kind)),
  ]);
  const podOf = Map.groupBy(pods, pod => nodeOf(pod as unknown as KubernetesObject));
  const known = new Map(nodes.map(node => [objectKey(node.metadata.namespace, node.metadata.name), node]));
  const keys = [nodes.map(ofNode), [...podOf.keys()], ...others.map(each => each.map(nodeOf))];
  const left = ['node', 'pods', ...owned].flatMap((kind, at) =>
    keys[at]!.filter(key => !key.endsWith('/') && !world.wishes.has(key)).map(
      key => `${key} is gone, and its ${kind} is left`,
    ),
  );
  return [
    ...[...world.wishes.values()].flatMap(wish => of(wish, known.get(keyOf(wish)), podOf.get(keyOf(wish)))),
    ...new Set(left),
  ];
}

function ofNode({ metadata }: SeiNode): string {
  return objectKey(metadata.namespace, metadata.name);
}

function of(wish: Wish, node: SeiNode | undefined, pods: readonly Pod[] = []): string[] {
  const key = keyOf(wish);
  if (node === undefined) return [`${key} is not there`];
  const { status, spec, metadata } = node;
  const reason = conditionOf(status, sidecarTLSSecretReady)?.reason;
  const progressing = conditionOf(status, 'Progressing');
  const [image] = pods
    .filter(pod => pod.metadata.name === `${wish.name}-0`)
    .flatMap(pod => pod.spec.containers.filter(({ name }) => name === 'seid').map(each => each.image));
  const told = conditionOf(status, 'SpecServed')?.status;
  return [
    ...other(key, 'phase', status?.phase, 'Running'),
    ...other(key, sidecarTLSSecretReady, reason, wish.isTLS ? wish.secret : undefined),
    ...other(key, 'the generation acted on', progressing?.observedGeneration, metadata.generation),
    ...other(key, 'SpecServed', told, wish.isWrong ? 'False' : undefined),
    ...other(key, 'Progressing', progressing?.status, 'False'),
    ...other(key, 'its pods', pods.filter(({ metadata }) => metadata.name === `${wish.name}-0`).length, 1),
    ...(wish.isWrong
      ? []
      : other(key, 'its image', `${status?.currentImage} ${image}`, `${spec.image} ${spec.image}`)),
  ];
}

function other(key: string, what: string, is: unknown, wanted: unknown): string[] {
  return is === wanted ? [] : [`${key}: ${what} is ${is}, not ${wanted}`];
}
