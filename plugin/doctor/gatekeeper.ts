import { deployments, type Resource } from '../../cluster/resource.ts';
import type {
  Constraint,
  ConstraintTemplate,
  GatekeeperConfig,
  GatekeeperDeployment,
  GatekeeperFacts,
  SyncSet,
} from '../../core/doctor/gatekeeper/facts.ts';
import { success } from '../../core/result.ts';
import type { Reading } from './reading.ts';

/** Reads Gatekeeper and what it goes by. */
export async function readGatekeeper(reading: Reading): Promise<GatekeeperFacts> {
  const of = (part: string, kind?: string) => (served: Resource) =>
    served.group === `${part}.gatekeeper.sh` && (kind === undefined || served.kind === kind);
  const labelled = { labelSelector: 'gatekeeper.sh/system=yes' };
  const isTemplate = of('templates', 'ConstraintTemplate');
  const [kinds, found, templates, constraints, configs, syncSets] = await Promise.all([
    reading.served(isTemplate),
    reading.list<GatekeeperDeployment>(deployments, undefined, labelled),
    reading.listServed<ConstraintTemplate>(isTemplate),
    reading.listServed<Constraint>(of('constraints')),
    reading.listServed<GatekeeperConfig>(of('config', 'Config')),
    reading.listServed<SyncSet>(of('syncset', 'SyncSet')),
  ]);
  const isServed = kinds.ok ? success(kinds.value.length > 0) : kinds;
  return { isServed, deployments: found, templates, constraints, configs, syncSets };
}
