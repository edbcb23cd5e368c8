import { type Client, openCluster } from '../../cluster/client.ts';
import { pathOf, type Resource, seiNodes } from '../../cluster/resource.ts';
import type { KubernetesObject } from '../../core/kubernetes.ts';
import type { SeiNode } from '../../core/seinode.ts';
import type { ControlPlane } from '../control-plane/control-plane.ts';

type Place = { readonly resource: Resource; readonly namespace?: string | undefined; readonly name: string };

/** The API server as the reference controller uses it. Each write is @throws where it is refused. */
export class ReferenceAPI {
  readonly #call: ControlPlane['call'];
  readonly #client: Client;

  constructor({ call, kubeconfig }: ControlPlane) {
    this.#call = call;
    const options = { kubeconfig, requestTimeout: 10_000, stdinTaken: false, userAgent: 'reference' };
    this.#client = openCluster(options, {});
  }

  /** @returns undefined where there is none. */
  async read<T>(resource: Resource, namespace: string | undefined, name: string): Promise<T | undefined> {
    const { status, body } = await this.#call('GET', pathOf({ resource, namespace, name }));
    return status === 404 ? undefined : (done({ status, body }) as T);
  }

  async create(resource: Resource, object: KubernetesObject): Promise<void> {
    const { namespace } = object.metadata;
    done(await this.#call('POST', pathOf({ resource, namespace }), object));
  }

  /** Without any precondition, as the reference does. */
  async remove(place: Place): Promise<void> {
    const { status, body } = await this.#call('DELETE', pathOf(place));
    if (status !== 404) done({ status, body });
  }

  /** Applies by force as one manager, so that an ownerReference of a namesake gives way to the new one. */
  async apply(resource: Resource, object: KubernetesObject): Promise<void> {
    const { name, namespace } = object.metadata;
    const content = { type: 'application/apply-patch+yaml', value: object as never };
    const query = { fieldManager: 'reference', force: 'true' };
    await this.#client.write({ verb: 'patch', resource, namespace, name }, content, query);
  }

  /** Changes a node as it was read, else not at all. @returns what it is then. */
  async patch(node: SeiNode, change: { readonly metadata: object }): Promise<SeiNode> {
    const { resourceVersion } = node.metadata;
    const metadata = { ...change.metadata, resourceVersion };
    const path = pathOf({ resource: seiNodes, ...node.metadata });
    return done(await this.#call('PATCH', path, { metadata })) as SeiNode;
  }

  /** The same for fields of its status. */
  async report(node: SeiNode, status: object): Promise<SeiNode> {
    const { resourceVersion } = node.metadata;
    const path = pathOf({ resource: seiNodes, ...node.metadata, subresource: 'status' });
    return done(await this.#call('PATCH', path, { metadata: { resourceVersion }, status })) as SeiNode;
  }

  close(): Promise<void> {
    return this.#client.close();
  }
}

function done({ status, body }: { readonly status: number; readonly body: unknown }): unknown {
  if (status >= 300) throw new Error(`${status} ${JSON.stringify(body)}`);
  return body;
}
