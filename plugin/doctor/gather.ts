import type { Client } from '../../cluster/client.ts';
import { ClusterError } from '../../cluster/error.ts';
import { serverVersion } from '../../cluster/resource.ts';
import type { Facts } from '../../core/doctor/facts.ts';
import { failure, success } from '../../core/result.ts';
import manifest from '../../package.json' with { type: 'json' };
import { readAdmission } from './admission.ts';
import { readCaller } from './caller.ts';
import { readGatekeeper } from './gatekeeper.ts';
import { readNetworkFacts } from './network.ts';
import { readNodes } from './nodes.ts';
import { readOperators } from './operators.ts';
import { probe } from './probe.ts';
import { Reading } from './reading.ts';
import { shippedPolicies } from './shipped.ts';

/** What is looked at. */
export type Scope = {
  /** RFC 3339. */
  readonly now: string;
  /** Of nodes and toggles; absent for every one. */
  readonly namespace: string | undefined;
  /** Where the caller's rights are asked for; absent for every one. */
  readonly rightsIn: string | undefined;
};

/**
 * Asks a cluster all that decides whether it is fit. What cannot be read is a value. The one write is a dry run.
 *
 * @throws ClusterError where no API server answers, or it does not know the caller.
 */
export async function gatherFacts(client: Client, { now, namespace, rightsIn }: Scope): Promise<Facts> {
  const version = await readVersion(client);
  const reading = new Reading(client);
  const [nodes, operators, admission, gatekeeper, network, caller] = await Promise.all([
    readNodes(reading, namespace),
    readOperators(reading),
    readAdmission(reading),
    readGatekeeper(reading),
    readNetworkFacts(reading),
    readCaller(client, namespace, rightsIn),
  ]);
  return {
    ...{ now, namespace: rightsIn, pluginVersion: manifest.version },
    ...{ serverVersion: version, shipped: shippedPolicies() },
    ...{ ...nodes, ...operators, ...admission, gatekeeper, ...network, ...caller },
    probe: await probe(client, { ...nodes, ...admission }, rightsIn),
  };
}

/** Of a server that does not answer, or does not know the caller, nothing else could be said either. */
async function readVersion(client: Client): Promise<Facts['serverVersion']> {
  try {
    return success(await client.get({ verb: 'get', resource: serverVersion }));
  } catch (error) {
    const status = error instanceof ClusterError ? error.fault.status : undefined;
    if (status === undefined || status === 401) throw error;
    return failure((error as ClusterError).message);
  }
}
