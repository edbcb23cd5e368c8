import { apiVersionOf, daemonSets, metadataOf, type Resource } from '../../cluster/resource.ts';
import type { Facts, Outranking } from '../../core/doctor/facts.ts';
import type { KubernetesObject } from '../../core/kubernetes.ts';
import { caveatsOf, type Obstacle } from '../../core/network/caveats.ts';
import { enforcementCaveats, enforcingPlugins } from '../../core/network/enforcement.ts';
import { foreignKind, foreignObstacle } from '../../core/network/foreign.ts';
import { type Result, success } from '../../core/result.ts';
import type { Fields } from '../../core/schema/structural.ts';
import { joined, type Reading } from './reading.ts';

/** Reads what NetworkPolicies come to: who enforces them, and what decides beside them. */
export async function readNetworkFacts(reading: Reading): Promise<Pick<Facts, 'enforcement' | 'outranking'>> {
  const [plugins, outranking] = await Promise.all([
    reading.list<Fields>(daemonSets),
    readOutranking(reading),
  ]);
  const enforcement = plugins.ok
    ? success({ enforcing: enforcingPlugins(plugins.value), caveats: enforcementCaveats(plugins.value) })
    : plugins;
  return { enforcement, outranking };
}

async function readOutranking(reading: Reading): Promise<Result<readonly Outranking[]>> {
  const kinds = await reading.served(resource => foreignOf(resource) !== undefined);
  if (!kinds.ok) return kinds;
  const found = joined(await Promise.all(kinds.value.map(resource => obstacles(reading, resource))));
  if (!found.ok) return found;
  const outranks = ({ does }: Obstacle) => does.startsWith('outranks');
  const texts = (list: readonly Obstacle[], isAbove: boolean) =>
    caveatsOf(list).map(({ why }) => ({ text: why, outranks: isAbove }));
  return success([
    ...texts(found.value.filter(outranks), true),
    ...texts(
      found.value.filter(obstacle => !outranks(obstacle)),
      false,
    ),
  ]);
}

async function obstacles(reading: Reading, resource: Resource): Promise<Result<readonly Obstacle[]>> {
  const foreign = foreignOf(resource);
  if (foreign === undefined) return success([]);
  const read = await reading.list<KubernetesObject>(metadataOf(resource));
  return read.ok
    ? success(read.value.map(({ metadata }) => foreignObstacle(foreign, metadata.namespace, metadata.name)))
    : read;
}

function foreignOf(resource: Resource) {
  return foreignKind(apiVersionOf(resource), resource.kind);
}
