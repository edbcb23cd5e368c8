import type { ExecutionContext } from 'ava';
import { type FaultProxy, startFaultProxy } from '../faults/proxy/proxy.ts';
import type { Place } from '../integration/place.ts';
import type { Bed } from './bed.ts';
import { type Ended, plugin } from './plugin.ts';
import { makeUser, type Rights } from './users.ts';

/** A person of a namespace who comes through a proxy. */
export type Way = {
  readonly proxy: FaultProxy;
  /** Runs `tls ARGS -n NAMESPACE`. */
  readonly tls: (...args: readonly string[]) => Promise<Ended>;
};

/** @param rights all where they are not said. */
export async function makeWay(
  t: ExecutionContext,
  { controlPlane }: Bed,
  { namespace }: Place,
  name = 'person',
  rights?: Rights,
): Promise<Way> {
  const kubeconfig = await makeUser(controlPlane, namespace, name, rights);
  const proxy = await startFaultProxy({ kubeconfig, directory: controlPlane.directory });
  t.teardown(proxy.close);
  const tls = (...args: readonly string[]) => plugin(['tls', ...args, '-n', namespace], proxy).ended;
  return { proxy, tls };
}
