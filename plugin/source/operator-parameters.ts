import type { Client } from '../../cluster/client.ts';
import { ClusterError } from '../../cluster/error.ts';
import { getIfThere } from '../../cluster/get.ts';
import { configMaps } from '../../cluster/resource.ts';
import { objectKey } from '../../core/kubernetes.ts';
import { parametersConfigMap } from '../../core/network/parameters.ts';
import { type Fields, isFields } from '../../core/schema/structural.ts';
import { operatorNamespace } from '../../core/toggle/operator.ts';
import { parseParameters, type ReadParameters } from './parameters.ts';

const { name, key } = parametersConfigMap;

/** Where the operator has its own (contract §6), for people. */
export const operatorsConfigMap = `ConfigMap ${objectKey(operatorNamespace, name)}`;

/** What the operator goes by; undefined where it has nothing of its own, or the caller may not see it. @throws ClusterError */
export async function readOperatorsParameters(client: Client): Promise<ReadParameters | undefined> {
  const found = await readConfigMap(client);
  const text = isFields(found?.data) ? found.data[key] : undefined;
  return typeof text === 'string' ? parseParameters(`${operatorsConfigMap}, ${key}`, text) : undefined;
}

async function readConfigMap(client: Client): Promise<Fields | undefined> {
  try {
    return await getIfThere(client, {
      verb: 'get',
      resource: configMaps,
      namespace: operatorNamespace,
      name,
    });
  } catch (error) {
    if (error instanceof ClusterError && error.fault.status === 403) return undefined;
    throw error;
  }
}
