import type { Client } from '../../cluster/client.ts';
import { pods, services, statefulSets } from '../../cluster/resource.ts';
import type { Fault, Surrounded } from './fleet.ts';
import { NetworkReading } from './network-reading.ts';

/** What is wanted of a cluster beside its nodes and their Secrets. */
export type NetworkNeeds = {
  /**
   * `policies`: all that decides, in every namespace, but for the pods; what the caller has no permission for is then a
   * caveat alone, since nothing but the column EXPOSED goes by it.
   */
  readonly network: 'none' | 'policies' | 'pods';
  /** Whether the Pod, StatefulSet and Service of a node are wanted as a whole. */
  readonly children: boolean;
};

/**
 * Reads what decides who reaches whom, and what is around the nodes. What could not be read is a fault, and a caveat of
 * the network. Who may not read every namespace gets what there is in that of the nodes.
 *
 * @param namespace that of the nodes; absent for all.
 */
export async function readNetwork(
  client: Client,
  { network, children }: NetworkNeeds,
  namespace: string | undefined,
): Promise<{ readonly surrounded: Surrounded; readonly faults: readonly Fault[] }> {
  const reading = new NetworkReading(client, namespace, network === 'policies');
  await Promise.all([
    ...(network === 'none' ? [] : [reading.policies(), reading.namespaces(), reading.plugins()]),
    ...(network === 'pods' ? [reading.pods()] : []),
    ...(children && network !== 'pods' ? [reading.children(pods)] : []),
    ...(children ? [reading.children(statefulSets), reading.children(services)] : []),
  ]);
  return reading.done();
}
