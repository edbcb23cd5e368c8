import { controllerOf, isControlledBy, type Owned, ownerName } from '../ownership.ts';
import type { SeiNode } from '../seinode.ts';

/**
 * What stands in the way of an object that a node is to have under a name: one that is on its way out, or that another
 * manages, as a node's predecessor of the same name does until its remains are collected.
 *
 * @param what kind and name, for the message. @returns what is waited for; undefined where the way is free.
 */
export function remainsFault(object: Owned, node: SeiNode, what: string): string | undefined {
  const { deletionTimestamp } = object.metadata;
  if (deletionTimestamp !== undefined) return `${what} is being deleted, since ${deletionTimestamp}`;
  const controller = controllerOf(object);
  if (controller === undefined || isControlledBy(object, node)) return undefined;
  return `${what} still belongs to ${ownerName(controller)}`;
}
