import type { Client } from '../../cluster/client.ts';
import { ClusterError } from '../../cluster/error.ts';
import { getIfThere } from '../../cluster/get.ts';
import { configMaps } from '../../cluster/resource.ts';
import { isFields } from '../../core/schema/structural.ts';

/** A key of a ConfigMap; undefined where there is none, or it may not be read. @throws ClusterError */
export async function readOperatorsParameters(
  client: Client,
  { namespace, name, key }: { readonly namespace: string; readonly name: string; readonly key: string },
): Promise<string | undefined> {
  try {
    const found = await getIfThere(client, { verb: 'get', resource: configMaps, namespace, name });
    const value = isFields(found?.data) ? found.data[key] : undefined;
    return typeof value === 'string' ? value : undefined;
  } catch (error) {
    if (error instanceof ClusterError && error.fault.status === 403) return undefined;
    throw error;
  }
}
