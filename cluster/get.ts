import type { Fields } from '../core/schema/structural.ts';
import type { Client } from './client.ts';
import { ClusterError } from './error.ts';
import { unexpected } from './explain.ts';
import type { Read } from './resource.ts';

/** Reads one object; undefined where the API server has no such object, not where it has no such kind. @throws ClusterError */
export async function getIfThere(client: Client, read: Read): Promise<Fields | undefined> {
  try {
    const object = await client.get(read);
    if (object.kind !== read.resource.kind) {
      throw unexpected(read, client.where, object);
    }
    return object;
  } catch (error) {
    if (error instanceof ClusterError && error.fault.status === 404 && error.fault.reason === 'NotFound') {
      return undefined;
    }
    throw error;
  }
}
