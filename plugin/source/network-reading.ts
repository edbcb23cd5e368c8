import type { Client } from '../../cluster/client.ts';
import { ClusterError } from '../../cluster/error.ts';
import { getIfThere } from '../../cluster/get.ts';
import { listAll } from '../../cluster/list.ts';
import {
  apiVersionOf,
  daemonSets,
  metadataOf,
  namespaces,
  networkPolicies,
  pods,
  type Resource,
} from '../../cluster/resource.ts';
import { servedKinds } from '../../cluster/served.ts';
import { type KubernetesObject, objectKey } from '../../core/kubernetes.ts';
import { networkPart } from '../../core/network/decode-pod.ts';
import { foreignKind, isForeignGroup } from '../../core/network/foreign.ts';
import { isTooDeep, maxDepth } from '../../core/schema/depth.ts';
import { type Fields, isFields } from '../../core/schema/structural.ts';
import type { Fault, Surrounded } from './fleet.ts';
import { NetworkGathering } from './network.ts';
import { Refusals } from './refusals.ts';

/** Reads what decides who reaches whom from a cluster, part by part. */
export class NetworkReading {
  readonly #client: Client;
  /** That of the nodes; absent for all. */
  readonly #namespace: string | undefined;
  readonly #gathering = new NetworkGathering(keptOf);
  readonly #refusals = new Refusals();
  readonly #faults: Fault[] = [];
  /** What was read in the namespace of the nodes alone. */
  readonly #onlyHere: Resource[] = [];
  readonly #mayBeForbidden: boolean;

  /** @param mayBeForbidden whether a missing permission is no fault, but a caveat alone. */
  constructor(client: Client, namespace: string | undefined, mayBeForbidden: boolean) {
    this.#client = client;
    this.#namespace = namespace;
    this.#mayBeForbidden = mayBeForbidden;
  }

  /** NetworkPolicies, and other kinds of policies. */
  async policies(): Promise<void> {
    await Promise.all([this.#policies(networkPolicies, networkPolicies), this.#foreign()]);
  }

  async namespaces(): Promise<void> {
    const known = await this.#read(
      namespaces,
      () => this.#list(namespaces),
      () => this.#own(),
    );
    if (known === 'nothing') this.#gathering.unread('namespaces');
  }

  /** The network plugins, as far as they run as DaemonSets. */
  async plugins(): Promise<void> {
    const known = await this.#read(daemonSets, () => this.#list(daemonSets));
    if (known === 'nothing') this.#gathering.unread('daemonsets', { effect: 'opens' });
  }

  async pods(): Promise<void> {
    const known = await this.#read(
      pods,
      () => this.#list(pods),
      here => this.#list(pods, here),
    );
    if (known === 'nothing') this.#gathering.unread('pods');
  }

  /** Objects around the nodes. */
  async children(resource: Resource): Promise<void> {
    await this.#read(resource, () => this.#list(resource, this.#namespace));
  }

  done(): { surrounded: Surrounded; faults: readonly Fault[] } {
    for (const namespace of this.#gathering.podNamespaces()) {
      if (namespace === this.#namespace) continue;
      for (const resource of this.#onlyHere) {
        // Without the labels of a namespace its pods may be let in anywhere.
        if (resource === namespaces) this.#gathering.unread('namespaces');
        else if (resource !== pods) this.#unread(resource, { namespace });
      }
    }
    return { surrounded: this.#gathering.done(), faults: [...this.#refusals.faults(), ...this.#faults] };
  }

  async #foreign(): Promise<void> {
    const { kinds, errors } = await servedKinds(this.#client, isForeignGroup);
    for (const error of errors) {
      this.#refused('other kinds of policies', error);
      this.#gathering.unread('other kinds of policies');
    }
    await Promise.all(kinds.map(resource => this.#foreignPolicies(resource)));
  }

  async #foreignPolicies(resource: Resource): Promise<void> {
    const foreign = foreignKind(apiVersionOf(resource), resource.kind);
    if (foreign !== undefined) await this.#policies(resource, metadataOf(resource), foreign.namespaced);
  }

  async #policies(resource: Resource, asked: Resource, namespaced = true): Promise<void> {
    const here = namespaced ? (here: string) => this.#list(resource, here, asked) : undefined;
    const known = await this.#read(resource, () => this.#list(resource, undefined, asked), here);
    if (known === 'nothing') this.#unread(resource);
  }

  #unread(resource: Resource, where: { readonly namespace?: string } = {}): void {
    const hides = resource === networkPolicies && ({ hidesPolicies: true } as const);
    this.#gathering.unread(resource.plural, { ...where, ...hides });
  }

  /** The namespace of the nodes. */
  async #own(): Promise<void> {
    const own = { verb: 'get', resource: namespaces, name: this.#namespace as string } as const;
    const found = await getIfThere(this.#client, own);
    if (found !== undefined) this.#take(namespaces, found);
  }

  /** @param here reads less, where there is no permission for all. @returns what was read. */
  async #read(
    resource: Resource,
    all: () => Promise<void>,
    here?: (namespace: string) => Promise<void>,
  ): Promise<'all' | 'here' | 'nothing'> {
    const refusal = await refusalOf(all());
    if (refusal === undefined) return 'all';
    this.#refused(nameOf(resource), refusal);
    if (here === undefined || this.#namespace === undefined || refusal.fault.status !== 403) return 'nothing';
    if ((await refusalOf(here(this.#namespace))) !== undefined) return 'nothing';
    this.#onlyHere.push(resource);
    return 'here';
  }

  #refused(what: string, refusal: ClusterError): void {
    if (refusal.fault.status !== 403 || !this.#mayBeForbidden) this.#refusals.add(what, refusal);
  }

  async #list(resource: Resource, namespace?: string, asked = resource): Promise<void> {
    await listAll(this.#client, { resource: asked, namespace }, {}, item => this.#take(resource, item));
  }

  /** Items of a list need not say their type again. */
  #take(resource: Resource, item: Fields): void {
    const type = { apiVersion: apiVersionOf(resource), kind: resource.kind };
    const metadata = isFields(item.metadata) ? item.metadata : {};
    const [namespace, name] = [String(metadata.namespace ?? ''), String(metadata.name)];
    const key = namespace === '' ? name : objectKey(namespace, name);
    if (isTooDeep(item)) {
      this.#faults.push({ message: `${resource.kind} ${key}: nests deeper than ${maxDepth} levels` });
      this.#gathering.hide({ ...type, metadata });
      return;
    }
    const faults = this.#gathering.take(
      { ...item, ...type },
      { ...type, namespace, name },
      { lineOf: () => undefined },
    );
    for (const { field, message } of faults ?? []) {
      this.#faults.push({ message: `${resource.kind} ${key}: ${field} ${message}` });
    }
  }
}

async function refusalOf(read: Promise<void>): Promise<ClusterError | undefined> {
  try {
    await read;
    return undefined;
  } catch (error) {
    if (error instanceof ClusterError) return error;
    throw error;
  }
}

function nameOf({ group, plural }: Resource): string {
  return group === '' ? plural : `${plural}.${group}`;
}

/** Of ten thousand pods only those that may be a node's, by name (`NAME-0`) or label, are kept whole. */
function keptOf(pod: KubernetesObject): KubernetesObject {
  const { name, labels = {} } = pod.metadata;
  return name.endsWith('-0') || 'sei.io/node' in labels ? pod : networkPart(pod);
}
