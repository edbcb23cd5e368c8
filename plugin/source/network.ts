import { type KubernetesObject, objectKey } from '../../core/kubernetes.ts';
import { caveatsOf, type Obstacle } from '../../core/network/caveats.ts';
import { decodeNamespace, decodePod, hasNetwork, networkPart } from '../../core/network/decode-pod.ts';
import { decodeNetworkPolicy } from '../../core/network/decode-policy.ts';
import { enforcementCaveats } from '../../core/network/enforcement.ts';
import { foreignKind, foreignObstacle } from '../../core/network/foreign.ts';
import type { Caveat, NetworkPod } from '../../core/network/network.ts';
import type { Labels, NetworkPolicy } from '../../core/network/network-policy.ts';
import { compare } from '../../core/order.ts';
import { metadataFaults, metadataSchema } from '../../core/schema/metadata.ts';
import { type FieldFault, type Fields, isFields, structuralFaults } from '../../core/schema/structural.ts';
import { withoutNulls } from './decode.ts';
import type { Sourced, Surrounded } from './fleet.ts';
import type { Identity } from './identity.ts';
import { byKey } from './order.ts';

type Place = Pick<Sourced<KubernetesObject>, 'place' | 'lineOf'>;

/** Collects what decides who reaches whom, and the objects around the nodes. */
export class NetworkGathering {
  readonly #kept: (pod: NetworkPod) => KubernetesObject;
  readonly #policies = new Map<string, Sourced<NetworkPolicy>>();
  readonly #namespaces = new Map<string, Labels>();
  readonly #objects = new Map<string, Sourced<KubernetesObject>>();
  readonly #daemonSets: Fields[] = [];
  readonly #obstacles: Obstacle[] = [];

  /** @param kept what is kept of a pod for who looks it up; all of it. */
  constructor(kept: (pod: NetworkPod) => KubernetesObject = pod => pod) {
    this.#kept = kept;
  }

  /** Takes an object in. @returns what is wrong with it; undefined where the kind says nothing of the network. */
  take(value: Fields, identity: Identity, place: Place): FieldFault[] | undefined {
    const { apiVersion, kind, namespace, name } = identity;
    const foreign = foreignKind(apiVersion, kind);
    if (foreign !== undefined) {
      this.#obstacles.push(foreignObstacle(foreign, namespace, name));
      return [];
    }
    switch (`${apiVersion} ${kind}`) {
      case 'networking.k8s.io/v1 NetworkPolicy':
        return this.#policy(value, namespace, name, place);
      case 'v1 Pod':
        return this.#pod(value, namespace, name, place);
      case 'v1 Namespace':
        return this.#namespace(value, name);
      case 'apps/v1 DaemonSet':
        this.#daemonSets.push(value);
        return [];
      case 'v1 Service':
      case 'apps/v1 StatefulSet':
        return this.#object(value, identity, place);
      default:
        return undefined;
    }
  }

  /** Remembers what could not be read but may have been a policy, so that nobody takes it for absent. */
  hide(value: unknown): void {
    const { apiVersion, kind, metadata } = isFields(value) ? value : ({} as Fields);
    const { namespace = 'default', name } = isFields(metadata) ? metadata : { namespace: null };
    const where = typeof namespace === 'string' ? namespace || 'default' : undefined;
    const named = typeof name === 'string' ? name : undefined;
    const foreign = foreignKind(apiVersion, kind);
    if (foreign !== undefined) this.#obstacles.push(foreignObstacle(foreign, where, named));
    else if (isPolicy(apiVersion, kind))
      this.unread('NetworkPolicy', { namespace: where, name: where && named, hidesPolicies: true });
  }

  /** Remembers that something was not read that may decide: in the whole cluster, or as `where` says. */
  unread(kind: string, where: Partial<Obstacle> = {}): void {
    this.#obstacles.push({ ...where, kind, does: 'could not be read' });
  }

  /** The namespaces that pods are in. */
  podNamespaces(): string[] {
    const pods = [...this.#objects.values()].filter(isPod);
    return [...new Set(pods.map(({ object }) => object.metadata.namespace))];
  }

  /** What was gathered, sorted. */
  done(): Surrounded {
    const policies = [...this.#policies.values()].sort(byKey);
    const pods = [...this.#objects.values()].filter(isPod).map(({ object }) => networkPart(object));
    const lookup = (kind: string) => (namespace: string, name: string) =>
      this.#objects.get(`${kind} ${objectKey(namespace, name)}`);
    return {
      network: {
        policies: policies.map(({ object }) => object),
        pods: pods.filter(hasNetwork).sort((a, b) => byKey({ object: a }, { object: b })),
        namespaces: this.#namespaces,
        caveats: [...caveatsOf(this.#obstacles), ...enforcementCaveats(this.#daemonSets)].toSorted(byWhy),
      },
      policies,
      workloads: [...this.#objects.values()].filter(isWorkload).sort(byKey),
      pod: lookup('Pod'),
      statefulSet: lookup('StatefulSet'),
      service: lookup('Service'),
    };
  }

  #policy(value: Fields, namespace: string, name: string, place: Place): FieldFault[] {
    const { faults, policy } = decodeNetworkPolicy(value, namespace);
    const key = objectKey(namespace, name);
    if (faults.length === 0) this.#policies.set(key, { object: policy, unknownFields: [], ...place });
    else {
      this.#policies.delete(key);
      this.unread('NetworkPolicy', { namespace, name, hidesPolicies: true });
    }
    return faults;
  }

  #pod(value: Fields, namespace: string, name: string, place: Place): FieldFault[] {
    const { faults, pod } = decodePod(value, namespace);
    this.#keep(`Pod ${objectKey(namespace, name)}`, this.#kept(pod), faults, place);
    return faults;
  }

  #namespace(value: Fields, name: string): FieldFault[] {
    const { faults, labels } = decodeNamespace(value, name);
    if (faults.length === 0) this.#namespaces.set(name, labels);
    else this.unread('Namespace', { name });
    return faults;
  }

  #object(value: Fields, { kind, namespace, name }: Identity, place: Place): FieldFault[] {
    const object = withoutNulls(value) as Fields & KubernetesObject;
    const schema = { type: 'object', properties: { metadata: metadataSchema, spec: { type: 'object' } } };
    const faults = [...structuralFaults(object, schema, ''), ...metadataFaults(object.metadata)];
    const named = { ...object, metadata: { ...object.metadata, namespace } };
    this.#keep(`${kind} ${objectKey(namespace, name)}`, named, faults, place);
    return faults;
  }

  #keep(key: string, object: KubernetesObject, faults: readonly FieldFault[], place: Place): void {
    if (faults.length > 0) this.#objects.delete(key);
    else this.#objects.set(key, { object, unknownFields: [], ...place });
  }
}

/** Which of a cluster's answers comes first is chance: what is said of it is not. */
function byWhy(a: Caveat, b: Caveat): number {
  return compare(a.why, b.why);
}

function isPolicy(apiVersion: unknown, kind: unknown): boolean {
  const named = typeof kind === 'string' ? kind : '';
  const isKnown = /^(Ingress|IngressClass|IPAddress|ServiceCIDR)$/.test(named);
  const ofGroup = typeof apiVersion === 'string' && apiVersion.startsWith('networking.k8s.io');
  return /^network-?polic(y|ies)$/i.test(named) || (ofGroup && !isKnown);
}

function isWorkload({ object }: Sourced<KubernetesObject>): boolean {
  return object.kind === 'Pod' || object.kind === 'StatefulSet';
}

function isPod({ object }: Sourced<KubernetesObject>): boolean {
  return object.kind === 'Pod';
}
