import type { ExecutionContext } from 'ava';
import { type FaultProxy, startFaultProxy } from '../faults/proxy/proxy.ts';
import { isWrite, type Seen } from '../faults/proxy/seen.ts';
import type { Bed } from './bed.ts';
import { type Ended, type Plugin, plugin } from './plugin.ts';
import type { Trial } from './trial.ts';
import { makeUser } from './users.ts';

/** A toggle of node n0 by somebody who comes through a proxy. */
export type Toggle = Plugin & {
  readonly proxy: FaultProxy;
  /** Another command about n0, by the same person. */
  readonly andThen: (...args: readonly string[]) => Promise<Ended>;
};

/**
 * Starts `tls enable`, and lets something happen right before one of its writes reaches the server.
 *
 * @param of the first such call. @param until when it reaches the server, where that is not at once after it.
 */
export async function enableWhile(
  t: ExecutionContext,
  { controlPlane }: Bed,
  { place: { namespace } }: Trial,
  of: (call: Seen) => boolean,
  happens: (toggle: Plugin) => unknown,
  until?: Promise<unknown>,
): Promise<Toggle> {
  const kubeconfig = await makeUser(controlPlane, namespace, 'person');
  const proxy = await startFaultProxy({ kubeconfig, directory: controlPlane.directory });
  t.teardown(proxy.close);
  const cluster = ['--kubeconfig', proxy.kubeconfig, '--context', 'control-plane'];
  const flags = ['-n', namespace, ...cluster, '--yes', '--no-verify'];
  const { promise, resolve } = Promise.withResolvers<void>();
  const met = proxy.fault('delay', { of, until: until ?? promise });
  const toggle = plugin(['tls', 'enable', 'n0', '--secret', 'n0-tls', ...flags], {});
  t.teardown(() => toggle.kill());
  const early = await Promise.race([met.then(() => undefined), toggle.ended]);
  if (early) throw new Error(`it ended before that call: ${early.stderr}`);
  await happens(toggle);
  resolve();
  const andThen = (...args: readonly string[]) => plugin([...args, ...flags], {}).ended;
  return { ...toggle, proxy, andThen };
}

/** The writes of a toggle, by what they do. */
export const isDelete = ({ method, path }: Seen): boolean => method === 'DELETE' && path.endsWith('/n0');
export const isCreate = (call: Seen): boolean =>
  call.method === 'POST' && call.path.endsWith('/seinodes') && isWrite(call);
export const isOfVolume = ({ method, path }: Seen): boolean =>
  method === 'PATCH' && path.includes('/persistentvolumes/');
/** The first write of all. */
export const isJournal = (call: Seen): boolean =>
  call.method === 'POST' && call.path.endsWith('/configmaps') && isWrite(call);
