import { controllerOf, isSeiNode, type Owned, ownerName } from '../ownership.ts';
import { ownClaimName } from '../resources/names.ts';
import type { SeiNode } from '../seinode.ts';
import type { Came } from '../sidecar/outcome.ts';
import { remainsFault } from './remains.ts';

/**
 * Task ensure-data-pvc of a node that imports no volume. A claim of somebody is never taken: whoever wants it says so.
 *
 * @param claim of the name that the node's own has, as the API server has it now.
 */
export function ownClaim(node: SeiNode, claim: Owned | undefined): Came | { readonly kind: 'create' } {
  if (claim === undefined) return { kind: 'create' };
  const name = ownClaimName(node);
  const { deletionTimestamp } = claim.metadata;
  const controller = controllerOf(claim);
  if (deletionTimestamp === undefined && !(controller && isSeiNode(controller))) {
    return { kind: 'terminal', message: strangers(name, controller && ownerName(controller)) };
  }
  const fault = remainsFault(claim, node, `PersistentVolumeClaim ${name}`);
  return fault === undefined ? { kind: 'complete' } : { kind: 'waiting', message: fault };
}

/** Whether a task that failed with `error` failed of such a claim, and not of what the API server said of the node's own. */
export function failedOfStranger(node: SeiNode, error: string | undefined): boolean {
  return error?.startsWith(isThere(ownClaimName(node))) === true;
}

function strangers(name: string, owner: string | undefined): string {
  const whose = owner === undefined ? 'to no SeiNode' : `to ${owner}`;
  return `${isThere(name)} and belongs ${whose}: spec.dataVolume.import.pvcName: ${name} adopts it, or delete it`;
}

function isThere(name: string): string {
  return `PersistentVolumeClaim ${name} is there already`;
}
