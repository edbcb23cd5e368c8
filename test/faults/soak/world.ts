import { setTimeout } from 'node:timers/promises';
import pLimit from 'p-limit';
import { type KubernetesObject, objectKey } from '../../../core/kubernetes.ts';
import { volume } from '../../bench/fleet.ts';
import type { Answer } from '../../control-plane/api.ts';
import type { ControlPlane } from '../../control-plane/control-plane.ts';
import { environment } from '../../core/resources/nodes.ts';
import type { Random } from '../../core/x509/random.ts';
import { type Fleet, seiNode } from '../../integration/faulty-operator.ts';
import type { Fate } from '../../sidecars/tasks.ts';
import type { Crew } from './crew.ts';

/** A node as people want it, and what they did to it last. */
export type Wish = {
  readonly namespace: string;
  readonly name: string;
  readonly isTLS: boolean;
  secret: 'Ready' | 'Malformed' | 'NotFound';
  /** A field says what is told as wrong. */
  isWrong: boolean;
  /** Its StatefulSet was handled by somebody: the next image puts it right, if it is another than the node has. */
  isHandled: boolean;
};

/** All that acts on the cluster beside the operator. */
export type World = {
  readonly random: Random;
  readonly controlPlane: ControlPlane;
  readonly fleet: Fleet;
  readonly crew: Crew;
  readonly namespaces: string[];
  readonly wishes: Map<string, Wish>;
  /** What the tasks of a sidecar come to that is in trouble, and those that lost readiness. */
  readonly troubled: Map<string, Fate>;
  readonly unready: Set<string>;
  /** What goes on beside the other actions. */
  readonly under: Set<Promise<unknown>>;
  made: number;
};

/** A request that is made again while the API server is away. @returns the first answer that is none of its own troubles. */
export async function ask(
  { controlPlane: { call } }: Pick<World, 'controlPlane'>,
  ...asked: Parameters<ControlPlane['call']>
): Promise<Answer> {
  for (;;) {
    const answer = await call(...asked).catch(() => undefined);
    if (answer !== undefined && answer.status < 500 && answer.status !== 429) return answer;
    await setTimeout(200);
  }
}

export function pathOf(
  kind: 'seinodes' | 'secrets' | 'pods' | 'statefulsets' | 'services',
  of: Wish,
): string {
  const group = { seinodes: '/apis/sei.io/v1alpha1', statefulsets: '/apis/apps/v1' }[kind as string];
  const name = { secrets: `${of.name}-tls`, pods: `${of.name}-0` }[kind as string] ?? of.name;
  return `${group ?? '/api/v1'}/namespaces/${of.namespace}/${kind}/${name}`;
}

export function keyOf({ namespace, name }: Wish): string {
  return objectKey(namespace, name);
}

const collections = {
  nodes: '/apis/sei.io/v1alpha1/seinodes',
  pods: '/api/v1/pods',
  claims: '/api/v1/persistentvolumeclaims',
  volumes: '/api/v1/persistentvolumes',
  services: '/api/v1/services',
  configs: '/api/v1/configmaps',
  sets: '/apis/apps/v1/statefulsets',
  jobs: '/apis/batch/v1/jobs',
} as const;

/** All objects of a kind, of every namespace. */
export async function listed<T = KubernetesObject>(
  world: World,
  kind: keyof typeof collections,
): Promise<T[]> {
  const { body } = await ask(world, 'GET', collections[kind]);
  return (body as { items: T[] }).items;
}

/** A namespace in which pods may be made. */
export async function makeNamespace(world: World, namespace: string): Promise<void> {
  await ask(world, 'POST', '/api/v1/namespaces', { metadata: { name: namespace } });
  const account = { metadata: { name: environment.SEI_SERVICE_ACCOUNT } };
  await ask(world, 'POST', `/api/v1/namespaces/${namespace}/serviceaccounts`, account);
  world.namespaces.push(namespace);
}

/** A node of the next kind, with its Secret and a volume for its claim. @param name where it is not a new one. */
export async function makeNode(world: World, namespace: string, name = `n${world.made}`): Promise<Wish> {
  const index = world.made++;
  const isTLS = index % 3 !== 0;
  const wish: Wish = { namespace, name, isTLS, secret: 'Ready', isWrong: false, isHandled: false };
  const { metadata, spec } = volume(namespace, name) as { metadata: { name: string }; spec: object };
  const ofNode = { metadata: { name: `${namespace}-${metadata.name}` }, spec };
  await ask(world, 'POST', '/api/v1/persistentvolumes', ofNode);
  if (isTLS) await putSecret(world, wish);
  const node = seiNode(name, { ...kinds[index % kinds.length], ...(!isTLS && { sidecar: undefined }) });
  const labels = index % 7 === 0 ? { metadata: { name, labels: { fleet: 'a' } } } : {};
  const path = `/apis/sei.io/v1alpha1/namespaces/${namespace}/seinodes`;
  const { status, body } = await ask(world, 'POST', path, { ...node, ...labels });
  // One that is asked twice may have been made the first time.
  if (status !== 201 && status !== 409) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`);
  world.wishes.set(keyOf(wish), wish);
  return wish;
}

/** Without the first, who selects nobody would wait for somebody. */
const peers = [{ static: { addresses: ['a@p.example:26656'] } }, { label: { selector: { fleet: 'a' } } }];
/** Most are full nodes; of ten one each seeks peers, bootstraps, is an archive or a validator. */
const kinds: readonly object[] = [
  ...[{}, { peers }],
  { fullNode: { snapshot: { s3: { targetHeight: 1_000 }, bootstrapImage: 'sei:v6.2.0' } } },
  ...[
    { fullNode: undefined, archive: {} },
    { fullNode: undefined, validator: {} },
  ],
  ...[{}, {}, {}, {}, {}],
];

/** A certificate that was issued anew. */
export async function putSecret(world: World, wish: Wish): Promise<void> {
  const secret = await world.fleet.secret(wish.namespace, wish.name);
  const { status } = await ask(world, 'PATCH', pathOf('secrets', wish), secret);
  if (status === 404) await ask(world, 'POST', `/api/v1/namespaces/${wish.namespace}/secrets`, secret);
  wish.secret = 'Ready';
}

/** Takes a node, and the Secret that it named, as who issued that would. */
export async function deleteNode(world: World, wish: Wish): Promise<void> {
  world.wishes.delete(keyOf(wish));
  world.troubled.delete(keyOf(wish));
  await ask(world, 'DELETE', pathOf('seinodes', wish));
  if (wish.isTLS) await ask(world, 'DELETE', pathOf('secrets', wish));
}

/**
 * Makes namespaces anew that are gone while a node in them is not, and has them deleted once more: an API server that is killed
 * may not know of the CRD when the namespace's controller asks what is left, and nobody can write what is in no namespace.
 */
async function remakeNamespaces(world: World): Promise<void> {
  const nodes = await listed(world, 'nodes');
  for (const namespace of new Set(nodes.map(({ metadata }) => metadata.namespace))) {
    const path = `/api/v1/namespaces/${namespace}`;
    if ((await ask(world, 'GET', path)).status !== 404) continue;
    await ask(world, 'POST', '/api/v1/namespaces', { metadata: { name: namespace } });
    await ask(world, 'DELETE', path);
  }
}

/**
 * While an API server that was killed does not name CRDs yet, the garbage collector stops to watch nodes. Of those that end then it
 * never hears, and holds them to be there, until it begins anew.
 */
async function restartGarbageCollector({ controllerManager }: ControlPlane): Promise<void> {
  await controllerManager.stop('SIGTERM');
  await controllerManager.start();
}

/** Ends whatever is wrong but what `wish.secret` and `wish.isWrong` say, which people end as well. */
export async function mend(world: World): Promise<void> {
  const { controlPlane, crew, troubled, unready, wishes, fleet, under } = world;
  for (const { proxy } of crew.replicas) proxy.mend();
  troubled.clear();
  unready.clear();
  fleet.probe();
  await Promise.all(under);
  await remakeNamespaces(world);
  await restartGarbageCollector(controlPlane);
  await pLimit(8).map([...wishes.values()], async wish => {
    if (wish.secret !== 'Ready') await putSecret(world, wish);
    if (wish.isWrong || wish.isHandled) await edit(world, wish, { image: 'sei:v6.3.9', podLabels: null });
  });
}

/** An edit of a spec that is right. */
export async function edit(world: World, wish: Wish, spec: Readonly<Record<string, unknown>>): Promise<void> {
  await ask(world, 'PATCH', pathOf('seinodes', wish), { spec });
  if ('image' in spec) wish.isWrong = false;
}
