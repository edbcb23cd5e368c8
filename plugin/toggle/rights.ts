import type { Client } from '../../cluster/client.ts';
import { ClusterError } from '../../cluster/error.ts';
import { getIfThere } from '../../cluster/get.ts';
import { listAll } from '../../cluster/list.ts';
import { apiVersionOf, type Read, type Resource, selfSubjectAccessReviews } from '../../cluster/resource.ts';
import { create } from '../../cluster/write.ts';
import { isFields } from '../../core/schema/structural.ts';
import { fieldManager } from '../../core/toggle/managers.ts';
import type { ResourceAttributes } from '../../core/toggle/rights.ts';
import { withoutNulls } from '../source/decode.ts';

/** Reads, and asks for the right to write; what the caller may not do is remembered instead of ending all the rest. */
export class Rights {
  readonly denied: ResourceAttributes[] = [];
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /** An object; undefined where there is none, or it may not be read. @throws ClusterError */
  get<T>(resource: Resource, name: string, namespace?: string): Promise<T | undefined> {
    const read: Read = { verb: 'get', resource, name, namespace };
    return this.reading(read, async () => {
      const object = await getIfThere(this.#client, read);
      return object && (withoutNulls(object) as T);
    });
  }

  /** Objects by their labels; undefined where they may not be read. @throws ClusterError */
  list<T>(resource: Resource, namespace: string, labelSelector: string): Promise<readonly T[] | undefined> {
    return this.reading({ verb: 'list', resource, namespace }, async () => {
      const scope = { resource, namespace };
      const { items } = await listAll(
        this.#client,
        scope,
        { labelSelector },
        item => withoutNulls(item) as T,
      );
      return items;
    });
  }

  /** What a read gives; undefined where the caller may not. @throws ClusterError for every other fault. */
  async reading<T>(read: Read, ask: () => Promise<T>): Promise<T | undefined> {
    try {
      return await ask();
    } catch (error) {
      if (!isForbidden(error)) throw error;
      this.denied.push(attributesOf(read));
      return undefined;
    }
  }

  /** Asks for rights that are needed later. @throws ClusterError */
  async review(...rights: readonly ResourceAttributes[]): Promise<void> {
    await Promise.all(
      rights.map(async right => {
        if (!(await this.#may(right))) this.denied.push(right);
      }),
    );
  }

  async #may(resourceAttributes: ResourceAttributes): Promise<boolean> {
    const resource = selfSubjectAccessReviews;
    const sent = {
      apiVersion: apiVersionOf(resource),
      kind: resource.kind,
      metadata: {},
      spec: { resourceAttributes },
    };
    const { status } = await create(this.#client, { resource }, sent, fieldManager);
    return isFields(status) && status.allowed === true;
  }
}

/** Of a read: admission, which says 403 too, is asked about writes alone. */
function isForbidden(error: unknown): boolean {
  return error instanceof ClusterError && error.fault.status === 403;
}

function attributesOf({ verb, resource, namespace, name }: Read): ResourceAttributes {
  const { group, plural } = resource;
  return {
    ...{ verb, group, resource: plural },
    ...(namespace !== undefined && { namespace }),
    ...(name !== undefined && { name }),
  };
}
