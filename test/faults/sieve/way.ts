import { isOlder } from '../../../core/watch/resource-version.ts';
import type { ControlPlane } from '../../control-plane/control-plane.ts';
import type { FaultProxy } from '../proxy/proxy.ts';
import type { Seen } from '../proxy/seen.ts';

const collection = /^\/(?:api\/v1|apis\/[^/]+\/[^/]+)\/([a-z]+)$/;

/** Whether a call is a list or watch of a kind in all namespaces: that is how an operator follows it. */
export function isFollowed({ method, path }: Seen): boolean {
  return method === 'GET' && collection.test(path);
}

/** Whether it is such a watch. @param plural of one kind, such as `secrets`; of any where it is not said. */
export function isWatch(call: Seen, plural?: string): boolean {
  const of = collection.exec(call.path)?.[1];
  return of !== undefined && call.query.has('watch') && (plural === undefined || plural === of);
}

/** A write of what is in a namespace, Events apart. */
export function isWriteIn(namespace: string): (call: Seen) => boolean {
  return ({ method, path }) =>
    method !== 'GET' && path.includes(`/namespaces/${namespace}/`) && !path.includes('/events');
}

/**
 * What was kept back is never told: the connections end, and no watch may go on from before a moment (410), as where etcd
 * was compacted since. All is listed anew.
 */
export function skip({ cut, mend, fault }: FaultProxy, moment: string): void {
  cut();
  mend();
  const isBefore = (call: Seen) => isWatch(call) && isOlder(call.query.get('resourceVersion') ?? '', moment);
  void fault(410, { of: isBefore, forGood: true });
}

/** The resourceVersion of now. */
export async function momentOf({ call }: ControlPlane): Promise<string> {
  const { body } = await call('GET', '/api/v1/namespaces?limit=1');
  return (body as { metadata: { resourceVersion: string } }).metadata.resourceVersion;
}
