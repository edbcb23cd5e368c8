import { setImmediate } from 'node:timers/promises';
import { type Fields, isFields } from '../core/schema/structural.ts';
import type { Client, Query } from './client.ts';
import { ClusterError } from './error.ts';
import { unexpected } from './explain.ts';
import type { Read } from './resource.ts';

/** Objects of one list, and the moment in the cluster's history that they are from. */
export type Listed<T> = { readonly items: readonly T[]; readonly resourceVersion: string };

/** Bytes of a page of several objects: parsed it takes some four times as much. Whoever may write Secrets writes them of a megabyte. */
const longestPage = 32 * 1024 * 1024;
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
    return await listPages(client, read, query, take, client.pageSize);
  } catch (error) {
    if (error instanceof ClusterError && error.fault.status === 410) {
      // The pages took longer than etcd keeps their moment: all at once needs no token.
      return listPages(client, read, query, take);
    }
    throw error;
  }
}

/** @param size how many objects a page has at first; without it all come at once. */
async function listPages<T>(
  client: Client,
  read: Read,
  query: Query,
  take: (item: Fields) => T,
  size?: number,
): Promise<Listed<T>> {
  const items: T[] = [];
  const tokens = new Set<string>();
  const pageAt = pagesOf(client, read, query, size);
  for (let token = '', next = pageAt(token); ; ) {
    const page = await next;
    const metadata = isFields(page.metadata) ? page.metadata : {};
    const found = page.items ?? [];
    if (page.kind !== `${read.resource.kind}List` || !Array.isArray(found) || !found.every(isFields)) {
      throw unexpected(read, client.where, page);
    }
    token = typeof metadata.continue === 'string' ? metadata.continue : '';
    if (token === '') {
      for (const item of found) items.push(take(item));
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
    next = pageAt(token);
    // Heard where it is awaited.
    next.catch(() => {});
    // The server makes the next page while this one is taken, once the request is on its way.
    await setImmediate();
    for (const item of found) items.push(take(item));
  }
}

/**
 * Asks for a page by its token, empty for the first, and for smaller ones from the first on that is too long.
 *
 * @param size how many objects a page has at first; without it all come at once. @returns what rejects with ClusterError.
 */
function pagesOf(
  client: Client,
  read: Read,
  query: Query,
  size: number | undefined,
): (token: string) => Promise<Fields> {
  let limit = size;
  return async function at(token) {
    const page = {
      ...query,
      ...(limit && { limit: String(limit) }),
      ...(token !== '' && { continue: token }),
    };
    // Of all at once, and of one object, there is no smaller page.
    if (limit === undefined || limit === 1) return client.get(read, page);
    try {
      return await client.get(read, page, longestPage);
    } catch (error) {
      if (!(error instanceof ClusterError && error.fault.isTooLong)) throw error;
      limit = Math.ceil(limit / 4);
      return at(token);
    }
  };
}
