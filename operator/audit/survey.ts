import pLimit from 'p-limit';
import { ClusterError } from '../../cluster/error.ts';
import { pods, type Resource, seiNodes, services, statefulSets } from '../../cluster/resource.ts';
import type { Unjudged } from '../../core/findings/finding.ts';
import type { Around, SecretLookup } from '../../core/findings/judgeable.ts';
import { orphansAmong, templateOf } from '../../core/findings/orphans.ts';
import { type KubernetesObject, objectKey } from '../../core/kubernetes.ts';
import { hasNetwork, networkPart } from '../../core/network/decode-pod.ts';
import type { Network, NetworkPod } from '../../core/network/network.ts';
import { byKey } from '../../core/order.ts';
import { storedFaults } from '../../core/schema/stored.ts';
import { type SeiNode, tlsSecretName } from '../../core/seinode.ts';
import type { Gate } from '../gate.ts';
import type { Objects } from '../objects.ts';
import { typed } from './typed.ts';

/** What there is to judge in a namespace, and what of it cannot be read. */
export type Surveyed = {
  readonly nodes: readonly SeiNode[];
  readonly orphans: readonly KubernetesObject[];
  readonly around: Around;
  readonly unread: readonly Unjudged[];
};

export type SurveyOptions = {
  readonly objects: Pick<Objects, 'cachedIn' | 'read'>;
  readonly gate: Pick<Gate, 'secretNow'>;
  /** The pods of the controller and of monitoring. */
  readonly principals: readonly NetworkPod[];
  readonly network: Omit<Network, 'pods'>;
};

/** Requests at once. */
const limit = pLimit(8);
/** Of a StatefulSet without its node as many pods are looked for; a node has one. */
const mostReplicas = 16;

/**
 * What `policy check` would read of a namespace, out of the caches. They know pods and Services by the label
 * `sei.io/node`; what a StatefulSet should have and the caches do not is therefore asked for, in case it hides.
 */
export async function survey(namespace: string, options: SurveyOptions): Promise<Surveyed> {
  const { objects, gate, network, principals } = options;
  const cached = (resource: Resource) =>
    objects
      .cachedIn(resource, namespace)
      .map(object => typed(resource, object))
      .toSorted(byKey);
  const stored = cached(seiNodes).map(node => ({
    node: node as SeiNode,
    faults: storedFaults(node as never),
  }));
  const nodes = stored.flatMap(({ node, faults }) => (faults.length === 0 ? [node] : []));
  const sets = cached(statefulSets);
  const [hidden, secrets] = await Promise.all([
    readHidden(sets, nodes, { pods: cached(pods), services: cached(services) }, objects),
    lookUpSecrets(nodes, gate),
  ]);
  const allPods = [...cached(pods), ...hidden.pods].toSorted(byKey) as NetworkPod[];
  const shown = new Map([...principals, ...allPods].map(pod => [keyOf(pod), networkPart(pod)]));
  return {
    nodes,
    orphans: orphansAmong(
      [...allPods, ...sets].toSorted(byKey),
      stored.map(({ node }) => node),
    ),
    around: {
      nodes,
      network: { ...network, pods: [...shown.values()].filter(hasNetwork).toSorted(byKey) },
      secret: (_, name) => secrets.lookups.get(name) ?? { found: 'no' },
      pod: lookup(allPods),
      statefulSet: lookup(sets),
      service: lookup([...cached(services), ...hidden.services]),
    },
    unread: [...stored.flatMap(unreadable), ...hidden.unread, ...secrets.unread],
  };
}

function unreadable({
  node,
  faults,
}: {
  node: SeiNode;
  faults: ReturnType<typeof storedFaults>;
}): Unjudged[] {
  return faults.map(({ field, message }) => ({ message: `SeiNode ${keyOf(node)}: ${field} ${message}` }));
}

type Known = { readonly pods: readonly KubernetesObject[]; readonly services: readonly KubernetesObject[] };

async function readHidden(
  sets: readonly KubernetesObject[],
  nodes: readonly SeiNode[],
  known: Known,
  objects: Pick<Objects, 'read'>,
): Promise<Known & { readonly unread: readonly Unjudged[] }> {
  const names = new Set(nodes.map(({ metadata }) => metadata.name));
  const theirs = sets.filter(set => names.has(set.metadata.name) || isLabelled(set));
  const missing = (resource: Resource, wanted: readonly string[]) => {
    const there = new Set(
      known[resource === pods ? 'pods' : 'services'].map(({ metadata }) => metadata.name),
    );
    return wanted.filter(name => !there.has(name)).map(name => ({ resource, name }));
  };
  const unread: Unjudged[] = [];
  const read = async ({ resource, name }: { resource: Resource; name: string }) => {
    const { namespace } = theirs[0]!.metadata;
    const found = await orUnread(objects.read(resource, namespace, name), unread);
    return found === undefined ? [] : [typed(resource, found)];
  };
  const all = [...missing(pods, theirs.flatMap(podsOf)), ...missing(services, theirs.map(nameOf))];
  const found = (await limit.map(all, read)).flat();
  return {
    pods: found.filter(({ kind }) => kind === pods.kind),
    services: found.filter(({ kind }) => kind === services.kind),
    unread,
  };
}

async function lookUpSecrets(nodes: readonly SeiNode[], gate: Pick<Gate, 'secretNow'>) {
  const lookups = new Map<string, SecretLookup>();
  const unread: Unjudged[] = [];
  const lookUp = async (node: SeiNode) => {
    try {
      const secret = await gate.secretNow(node);
      if (secret) lookups.set(secret.metadata.name, { found: 'yes', secret });
    } catch (error) {
      if (!(error instanceof ClusterError)) throw error;
      lookups.set(tlsSecretName(node)!, { found: 'unreadable', why: error.message });
      unread.push({ message: error.message });
    }
  };
  await Promise.all(nodes.filter(node => tlsSecretName(node) !== undefined).map(lookUp));
  return { lookups, unread };
}

async function orUnread<T>(reading: Promise<T>, unread: Unjudged[]): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    unread.push({ message: error.message });
    return undefined;
  }
}

function isLabelled(set: KubernetesObject): boolean {
  return templateOf(set).metadata?.labels?.['sei.io/node'] !== undefined;
}

function podsOf(set: KubernetesObject & { readonly spec?: { readonly replicas?: number } }): string[] {
  const length = Math.min(set.spec?.replicas ?? 1, mostReplicas);
  return Array.from({ length }, (_, ordinal) => `${set.metadata.name}-${ordinal}`);
}

function lookup(objects: readonly KubernetesObject[]): Around['pod'] {
  const byName = new Map(objects.map(object => [object.metadata.name, object]));
  return (_, name) => byName.get(name);
}

function nameOf({ metadata }: KubernetesObject): string {
  return metadata.name;
}

function keyOf({ metadata }: KubernetesObject): string {
  return objectKey(metadata.namespace, metadata.name);
}
