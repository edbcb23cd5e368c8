import { attemptOf } from '../../core/plan/advance.ts';
import type { SidecarClient } from './client.ts';

/** A client that sends no task once another replica may lead: what it is asked then waits. */
export function fenced(client: SidecarClient, isHolding: (namespace: string) => boolean): SidecarClient {
  return {
    ...client,
    submit: async (node, task) =>
      isHolding(node.metadata.namespace)
        ? client.submit(node, task)
        : { id: task.id, attempt: attemptOf(task), kind: 'waiting', message: 'another replica may lead' },
  };
}
