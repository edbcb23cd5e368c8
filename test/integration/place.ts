import {
  apiVersionOf,
  events,
  pathOf,
  persistentVolumeClaims,
  persistentVolumes,
  pods,
  type Resource,
  secrets,
  seiNodes,
} from '../../cluster/resource.ts';
import { type Condition, type KubernetesObject, objectKey } from '../../core/kubernetes.ts';
import { conditionOf, requiredDNSNames, type SeiNode } from '../../core/seinode.ts';
import type { Answer } from '../control-plane/api.ts';
import type { KeyPair, Validity } from '../control-plane/certificates.ts';
import { until } from '../control-plane/until.ts';
import type { Bed } from './neighbours.ts';

/** The field that turns TLS on. */
export const tls = { sidecar: { tls: { secretName: 'n0-tls' } } };
export const gate = 'SidecarTLSSecretReady';

/** The types of a plan's tasks. */
export function tasksOf({ status }: SeiNode): string[] {
  return status?.plan?.tasks.map(({ type }) => type) ?? [];
}

/** What a place needs of its bed. */
export type PlaceBed = Pick<Bed, 'controlPlane' | 'authority' | 'key' | 'stores'> & {
  readonly said: Pick<Bed['said'], 'pairs'>;
};

/** A namespace of one test: what people do in it, and what becomes of it. Where it does not, the test fails. */
export class Place {
  readonly namespace: string;
  readonly #bed: PlaceBed;

  constructor(bed: PlaceBed, namespace: string) {
    [this.#bed, this.namespace] = [bed, namespace];
  }

  /** Creates an object. @throws where it is refused. */
  async create(resource: Resource, object: object): Promise<void> {
    const isClusterWide = resource === persistentVolumes;
    const path = pathOf({ resource, namespace: isClusterWide ? undefined : this.namespace });
    const typed = { apiVersion: apiVersionOf(resource), kind: resource.kind, ...object };
    const { status, body } = await this.#bed.controlPlane.call('POST', path, typed);
    if (status !== 201) throw new Error(`POST ${path}: ${status} ${JSON.stringify(body)}`);
  }

  /** Merges a change into an object. @returns the answer, whatever it is. */
  patch(resource: Resource, name: string, change: object): Promise<Answer> {
    const path = pathOf({ resource, namespace: this.namespace, name });
    return this.#bed.controlPlane.call('PATCH', path, change);
  }

  /** Has an object deleted; it may stay for a while. */
  async remove(resource: Resource, name: string): Promise<void> {
    const path = pathOf({ resource, namespace: this.namespace, name });
    await this.#bed.controlPlane.call('DELETE', path, { propagationPolicy: 'Background' });
  }

  /** A full node with these fields in its spec; `fullNode: undefined` makes room for another mode. */
  node(spec: object = {}, name = 'n0', labels: Readonly<Record<string, string>> = {}): Promise<void> {
    const common = { chainId: 'arctic-1', image: 'sei:v6.3.0', fullNode: {} };
    return this.create(seiNodes, { metadata: { name, labels }, spec: { ...common, ...spec } });
  }

  /** Issues a certificate. @param names those of node n0 where they are not said. */
  pair(names: readonly string[] = this.namesOf('n0'), validity?: Validity): Promise<KeyPair> {
    const { authority, key } = this.#bed;
    return authority.issue({ commonName: this.namespace }, names, [], key, validity);
  }

  namesOf(node: string): string[] {
    return requiredDNSNames(node, this.namespace);
  }

  /** Creates the Secret `n0-tls` with a certificate, which the nodes serve from then on. */
  async provide(pair: KeyPair, nodes: readonly string[] = ['n0']): Promise<void> {
    this.serve(pair, nodes);
    await this.create(secrets, {
      metadata: { name: 'n0-tls' },
      type: 'kubernetes.io/tls',
      stringData: this.#dataOf(pair),
    });
  }

  /** Puts another certificate into it. */
  async renew(pair: KeyPair): Promise<void> {
    this.serve(pair);
    await this.patch(secrets, 'n0-tls', { stringData: this.#dataOf(pair) });
  }

  serve(pair: KeyPair, nodes: readonly string[] = ['n0']): void {
    for (const node of nodes) this.#bed.said.pairs.set(this.key(node), pair);
  }

  #dataOf({ certificate, key }: KeyPair): object {
    return { 'tls.crt': certificate, 'tls.key': key, 'ca.crt': this.#bed.authority.certificate };
  }

  /** An opaque Secret. */
  secret(name: string, stringData: object): Promise<void> {
    return this.create(secrets, { metadata: { name }, stringData });
  }

  /** A claim that is bound, as by hand. */
  async volume(name: string, storage = '2000Gi'): Promise<void> {
    const volumeName = `${this.namespace}-${name}`;
    const common = { accessModes: ['ReadWriteOnce'], storageClassName: '' };
    const claimRef = { namespace: this.namespace, name };
    const behind = { hostPath: { path: '/nowhere' }, persistentVolumeReclaimPolicy: 'Retain' };
    await this.create(persistentVolumes, {
      metadata: { name: volumeName },
      spec: { ...common, ...behind, capacity: { storage }, claimRef },
    });
    await this.create(persistentVolumeClaims, {
      metadata: { name },
      spec: { ...common, volumeName, resources: { requests: { storage } } },
    });
  }

  key(name: string): string {
    return objectKey(this.namespace, name);
  }

  /** An object of a watched kind, as it was last heard of. */
  found<T = KubernetesObject>(resource: Resource, name: string): T | undefined {
    return this.#bed.stores.get(resource)?.get(this.key(name)) as T | undefined;
  }

  /** The UID of a node's pod. */
  podOf(node = 'n0'): string | undefined {
    return this.found(pods, `${node}-0`)?.metadata.uid;
  }

  /** Waits until something is so. @throws where it never is. */
  async awaits(what: string, check: () => boolean | undefined): Promise<void> {
    if (!(await until(() => check() === true))) throw new Error(`${this.namespace}: never ${what}`);
  }

  /** Waits until a node is as it should be. */
  async becomes(what: string, check: (node: SeiNode) => boolean | undefined, name = 'n0'): Promise<SeiNode> {
    const node = () => this.found<SeiNode>(seiNodes, name)!;
    await this.awaits(what, () => check(node())).catch(({ message }) => {
      throw new Error(`${message}: ${JSON.stringify(node()?.status, null, 1)}`);
    });
    return node();
  }

  /** Waits until a node runs and its plan is complete. */
  runs(name?: string): Promise<SeiNode> {
    const runs = ({ status }: SeiNode) => status?.phase === 'Running' && status.plan?.phase === 'Complete';
    return this.becomes(`runs ${name ?? ''}`, runs, name);
  }

  /** Waits for a condition, such as `False NotFound`, with words in its message. */
  async says(type: string, wanted: string, words = /(?:)/, name?: string): Promise<Condition> {
    const said = ({ status }: SeiNode) => {
      const condition = conditionOf(status, type);
      return `${condition?.status} ${condition?.reason}` === wanted && words.test(condition?.message ?? '');
    };
    const { status } = await this.becomes(`says ${type} ${wanted} ${words}`, said, name);
    return conditionOf(status, type)!;
  }

  /** Waits for an Event about node n0. */
  told(type: string, reason: string): Promise<void> {
    return this.awaits(`told ${type} ${reason}`, () =>
      [...(this.#bed.stores.get(events)?.values() ?? [])]
        .map(event => event as unknown as Told)
        .some(
          ({ involvedObject: { namespace, name }, ...event }) =>
            this.key('n0') === objectKey(namespace, name) && event.type === type && event.reason === reason,
        ),
    );
  }
}

type Told = {
  readonly type: string;
  readonly reason: string;
  readonly involvedObject: { readonly namespace: string; readonly name: string };
};
