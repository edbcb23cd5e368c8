import type { Client } from '../../cluster/client.ts';
import { ClusterError } from '../../cluster/error.ts';
import { getIfThere } from '../../cluster/get.ts';
import { configMaps } from '../../cluster/resource.ts';
import { objectKey } from '../../core/kubernetes.ts';
import { defaultParameters } from '../../core/network/network-policy.ts';
import { parametersConfigMap } from '../../core/network/parameters.ts';
import { type Fields, isFields } from '../../core/schema/structural.ts';
import { operatorNamespace } from '../../core/toggle/operator.ts';
import { parseParameters, type ReadParameters } from './parameters.ts';

const { name, key } = parametersConfigMap;

/** Where the operator has its own (contract §6), for people. */
export const operatorsConfigMap = `ConfigMap ${objectKey(operatorNamespace, name)}`;

/**
 * What the operator goes by; undefined where it has nothing of its own, or the caller may not see it. A read that fails is
 * a fault.
 */
export async function readOperatorsParameters(client: Client): Promise<ReadParameters | undefined> {
  const found = await readConfigMap(client);
  if (found instanceof ClusterError) {
    return { parameters: defaultParameters, faults: [{ message: found.message }] };
  }
  const text = isFields(found?.data) ? found.data[key] : undefined;
  return typeof text === 'string' ? parseParameters(`${operatorsConfigMap}, ${key}`, text) : undefined;
}

async function readConfigMap(client: Client): Promise<Fields | ClusterError | undefined> {
  try {
    return await getIfThere(client, {
      verb: 'get',
      resource: configMaps,
      namespace: operatorNamespace,
      name,
    });
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    return error.fault.status === 403 ? undefined : error;
  }
}
