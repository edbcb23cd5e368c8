import type { SeiNode } from '../seinode.ts';
import { utcSeconds } from '../tls-secret.ts';
import type { Seen } from './seen.ts';

/** What is there of a node that is gone, each by itself. */
export function remainsOf({ statefulSet, pods }: Seen): string[] {
  const set = statefulSet ? [`StatefulSet ${statefulSet.metadata.name}${since(statefulSet.metadata)}`] : [];
  return [...set, ...pods.map(podText)];
}

/** The pods that the node's finalizer may wait for. */
export function ending({ pods }: Seen): string[] {
  return pods.filter(({ metadata }) => metadata.deletionTimestamp !== undefined).map(podText);
}

function podText({ metadata, spec }: Seen['pods'][number]): string {
  const where = spec?.nodeName === undefined ? '' : ` on ${spec.nodeName}`;
  return `Pod ${metadata.name}${where}${since(metadata)}`;
}

function since({ deletionTimestamp, deletionGracePeriodSeconds = 0 }: SeiNode['metadata']): string {
  if (deletionTimestamp === undefined) return ' is there';
  const asked = Date.parse(deletionTimestamp) - 1000 * deletionGracePeriodSeconds;
  const at = Number.isNaN(asked) ? deletionTimestamp : utcSeconds(asked / 1000);
  return ` is being deleted, since ${at}`;
}

/** How far a node is that is not Running yet. */
export function progressOf({ metadata, status = {} }: SeiNode): string {
  const { phase = 'Pending', plan, conditions = [] } = status;
  const task = plan?.phase === 'Active' && plan.tasks.find(({ status }) => status === 'Pending');
  const held = conditions.find(({ type, status }) => type === 'SidecarTLSSecretReady' && status !== 'True');
  const why = held ? `: ${held.reason}, ${held.message}` : task ? `: ${task.type}` : '';
  return `SeiNode ${metadata.name} is ${phase}${why}`;
}
