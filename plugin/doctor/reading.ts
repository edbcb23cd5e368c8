import type { Client, Query } from '../../cluster/client.ts';
import { ClusterError } from '../../cluster/error.ts';
import { getIfThere } from '../../cluster/get.ts';
import { listAll } from '../../cluster/list.ts';
import type { Resource } from '../../cluster/resource.ts';
import { servedKinds } from '../../cluster/served.ts';
import { isForeignGroup } from '../../core/network/foreign.ts';
import { failure, type Result, success } from '../../core/result.ts';
import type { Fields } from '../../core/schema/structural.ts';
import { withoutNulls } from '../source/decode.ts';

/** What a read gives, or why it could not be done: each is one check's affair. */
export async function attempted<T>(ask: () => Promise<T>): Promise<Result<T>> {
  try {
    return success(await ask());
  } catch (error) {
    if (error instanceof ClusterError) return failure(error.message);
    throw error;
  }
}

/** Reads of one cluster, whose failures are values. */
export class Reading {
  readonly client: Client;
  /** The kinds of the groups whose kinds are not known beforehand, or may be missing. */
  readonly #served: Promise<Result<readonly Resource[]>>;

  constructor(client: Client) {
    this.client = client;
    this.#served = discover(client);
  }

  /** One object; undefined where there is none. */
  get<T>(resource: Resource, name: string, namespace?: string): Promise<Result<T | undefined>> {
    return attempted(async () => {
      const object = await getIfThere(this.client, { verb: 'get', resource, name, namespace });
      return object && (withoutNulls(object) as T);
    });
  }

  /** A collection. */
  list<T>(resource: Resource, namespace?: string, query: Query = {}): Promise<Result<readonly T[]>> {
    return attempted(async () => {
      const { kind } = resource;
      // Items of a list need not say their kind again.
      const take = (item: Fields) => ({ kind, ...(withoutNulls(item) as Fields) }) as T;
      const { items } = await listAll(this.client, { resource, namespace }, query, take);
      return items;
    });
  }

  /** The objects of every kind that is meant and served; none where none is. */
  async listServed<T>(
    isMeant: (resource: Resource) => boolean,
    namespace?: string,
  ): Promise<Result<readonly T[]>> {
    const served = await this.#served;
    if (!served.ok) return served;
    const lists = await Promise.all(
      served.value.filter(isMeant).map(resource => this.list<T>(resource, namespace)),
    );
    return joined(lists);
  }

  /** The kinds that are meant and served. */
  async served(isMeant: (resource: Resource) => boolean): Promise<Result<readonly Resource[]>> {
    const served = await this.#served;
    return served.ok ? success(served.value.filter(isMeant)) : served;
  }
}

/** All of several lists; the first that could not be read stands for them. */
export function joined<T>(lists: readonly Result<readonly T[]>[]): Result<readonly T[]> {
  const refused = lists.find(list => !list.ok);
  return refused ?? success(lists.flatMap(list => (list.ok ? list.value : [])));
}

async function discover(client: Client): Promise<Result<readonly Resource[]>> {
  const groups = /^(sei\.io|admissionregistration\.k8s\.io|.*\.gatekeeper\.sh)$/;
  const { kinds, errors } = await servedKinds(client, group => groups.test(group) || isForeignGroup(group));
  return errors[0] === undefined ? success(kinds) : failure(errors[0].message);
}
