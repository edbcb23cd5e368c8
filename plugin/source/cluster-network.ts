import type { Client } from '../../cluster/client.ts';
import { ClusterError } from '../../cluster/error.ts';
import { listAll } from '../../cluster/list.ts';
import {
  apiVersionOf,
  daemonSets,
  metadataOf,
  namespaces,
  networkPolicies,
  pods,
  type Resource,
  services,
  statefulSets,
} from '../../cluster/resource.ts';
import { servedKinds } from '../../cluster/served.ts';
import type { KubernetesObject } from '../../core/kubernetes.ts';
import { networkPart } from '../../core/network/decode-pod.ts';
import { foreignKind, foreignKinds } from '../../core/network/foreign.ts';
import { type Fields, isFields } from '../../core/schema/structural.ts';
import type { Fault, Surrounded } from './fleet.ts';
import { NetworkGathering } from './network.ts';
import { Refusals } from './refusals.ts';

/** What is wanted of a cluster beside its nodes and their Secrets. */
export type NetworkNeeds = {
  /** `policies`: all that decides, in every namespace, but for the pods. */
  readonly network: 'none' | 'policies' | 'pods';
  /** Whether the Pod, StatefulSet and Service of a node are wanted as a whole. */
  readonly children: boolean;
};

/**
 * Reads what decides who reaches whom. What could not be read is a fault, and a caveat of the network.
 *
 * @param namespace that of the nodes; absent for all.
 */
export async function readNetwork(
  client: Client,
  { network, children }: NetworkNeeds,
  namespace: string | undefined,
): Promise<{ readonly surrounded: Surrounded; readonly faults: readonly Fault[] }> {
  const reading = new NetworkReading(client);
  await Promise.all([
    ...(network === 'none' ? [] : [reading.deciding()]),
    ...(network === 'pods' ? [reading.list(pods)] : []),
    ...(children && network !== 'pods' ? [reading.children(pods, namespace)] : []),
    ...(children ? [reading.children(statefulSets, namespace), reading.children(services, namespace)] : []),
  ]);
  return reading.done();
}

class NetworkReading {
  readonly #client: Client;
  readonly #gathering = new NetworkGathering(keptOf);
  readonly #refusals = new Refusals();
  readonly #faults: Fault[] = [];

  constructor(client: Client) {
    this.#client = client;
  }

  /** All that decides but for the pods. */
  async deciding(): Promise<void> {
    await Promise.all([
      this.list(networkPolicies),
      this.list(namespaces),
      this.list(daemonSets),
      this.#foreign(),
    ]);
  }

  /** Reads all of a kind that decides. @param asked what is asked for: the metadata alone may do. */
  async list(resource: Resource, asked: Resource = resource): Promise<void> {
    if (!(await this.#read(resource, asked))) this.#gathering.unread(nameOf(resource));
  }

  /** Reads objects around the nodes. @param namespace absent for all. */
  async children(resource: Resource, namespace: string | undefined): Promise<void> {
    await this.#read(resource, resource, namespace);
  }

  done(): { surrounded: Surrounded; faults: readonly Fault[] } {
    return { surrounded: this.#gathering.done(), faults: [...this.#refusals.faults(), ...this.#faults] };
  }

  async #foreign(): Promise<void> {
    const groups = new Set(foreignKinds.map(({ group }) => group));
    const { kinds, errors } = await servedKinds(this.#client, group => groups.has(group));
    for (const error of errors) {
      this.#refusals.add('other kinds of policies', error);
      this.#gathering.unread('other kinds of policies');
    }
    const foreign = kinds.filter(resource => foreignKind(apiVersionOf(resource), resource.kind));
    await Promise.all(foreign.map(resource => this.list(resource, metadataOf(resource))));
  }

  /** @returns whether all was read. */
  async #read(resource: Resource, asked: Resource, namespace?: string): Promise<boolean> {
    try {
      await listAll(this.#client, { resource: asked, namespace }, {}, item => this.#take(resource, item));
      return true;
    } catch (error) {
      if (!(error instanceof ClusterError)) throw error;
      this.#refusals.add(nameOf(resource), error);
      return false;
    }
  }

  /** Items of a list need not say their type again. */
  #take(resource: Resource, item: Fields): void {
    const value = { ...item, apiVersion: apiVersionOf(resource), kind: resource.kind };
    const metadata = isFields(item.metadata) ? item.metadata : {};
    const [namespace, name] = [String(metadata.namespace ?? ''), String(metadata.name)];
    const identity = { apiVersion: value.apiVersion, kind: value.kind, namespace, name };
    for (const { field, message } of this.#gathering.take(value, identity, { lineOf: () => undefined }) ??
      []) {
      this.#faults.push({
        message: `${value.kind} ${namespace && `${namespace}/`}${name}: ${field} ${message}`,
      });
    }
  }
}

function nameOf({ group, plural }: Resource): string {
  return group === '' ? plural : `${plural}.${group}`;
}

/** Of ten thousand pods only those that may be a node's (`NAME-0`) are kept whole. */
function keptOf(pod: KubernetesObject): KubernetesObject {
  return pod.metadata.name.endsWith('-0') ? pod : networkPart(pod);
}
