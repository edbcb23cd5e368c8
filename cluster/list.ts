import { type Fields, isFields } from '../core/schema/structural.ts';
import type { Client, Query } from './client.ts';
import { ClusterError } from './error.ts';
import { unexpected } from './explain.ts';
import type { Read } from './resource.ts';

/** Objects of one list, and the moment in the cluster's history that they are from. */
export type Listed<T> = { readonly items: readonly T[]; readonly resourceVersion: string };

/** As kubectl asks. */
const pageSize = 500;
/** A million objects: Kubernetes is built for 150,000 pods. */
const mostPages = 2_000;

/**
 * Lists a collection in pages; all of one resourceVersion.
 *
 * @param read in which namespace; absent for every one. @param query `labelSelector` and `fieldSelector`.
 * @param take what is kept of an object, asked as soon as its page is there.
 * @throws ClusterError where not every page could be read: part of a list is never given for the whole.
 */
export async function listAll<T = Fields>(
  client: Client,
  { resource, namespace }: Pick<Read, 'resource' | 'namespace'>,
  query: Query = {},
  take: (item: Fields) => T = item => item as T,
): Promise<Listed<T>> {
  const read: Read = { verb: 'list', resource, namespace };
  try {
    return await listPages(client, read, { ...query, limit: String(pageSize) }, take);
  } catch (error) {
    if (error instanceof ClusterError && error.fault.status === 410) {
      // The pages took longer than etcd keeps their moment: all at once needs no token.
      return listPages(client, read, query, take);
    }
    throw error;
  }
}

async function listPages<T>(
  client: Client,
  read: Read,
  query: Query,
  take: (item: Fields) => T,
): Promise<Listed<T>> {
  const items: T[] = [];
  const tokens = new Set<string>();
  for (let token = ''; ; ) {
    const page = await client.get(read, token === '' ? query : { ...query, continue: token });
    const metadata = isFields(page.metadata) ? page.metadata : {};
    const found = page.items ?? [];
    if (page.kind !== `${read.resource.kind}List` || !Array.isArray(found) || !found.every(isFields)) {
      throw unexpected(read, client.where, page);
    }
    for (const item of found) items.push(take(item));
    token = typeof metadata.continue === 'string' ? metadata.continue : '';
    if (token === '') {
      return { items, resourceVersion: String(metadata.resourceVersion ?? '') };
    }
    // A server that gives the same page for ever would be asked for ever.
    if (tokens.has(token)) {
      throw new ClusterError(
        `${client.where} gives the same page of ${read.resource.plural} again and again`,
      );
    }
    tokens.add(token);
    if (tokens.size > mostPages) {
      throw new ClusterError(`${client.where} gives a list of ${read.resource.plural} without an end`);
    }
  }
}
