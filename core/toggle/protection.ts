import type { OwnerReference } from '../kubernetes.ts';
import { ownerName } from '../ownership.ts';
import type { SeiNode } from '../seinode.ts';
import { type Decision, stop } from './decision.ts';
import type { Journal } from './journal.ts';
import type { Seen } from './seen.ts';

/** The volume of the journal outlives its claim from now on; undefined where it does already. */
export function retain({ volume }: Journal, seen: Seen): Decision | undefined {
  const isIt = seen.volume?.metadata.uid === volume.uid;
  return isIt && policyOf(seen) !== 'Retain' ? { kind: 'set reclaim policy', policy: 'Retain' } : undefined;
}

/** The volume has the reclaim policy of before the toggle; undefined where it has it already. */
export function restored({ volume }: Journal, seen: Seen): Decision | undefined {
  return policyOf(seen) === volume.reclaimPolicy
    ? undefined
    : { kind: 'set reclaim policy', policy: volume.reclaimPolicy };
}

/** The finalizer of a node leaves the claim alone that it imports; undefined where it imports that of the journal. */
export function imported({ claim }: Journal, node: SeiNode): Decision | undefined {
  const { import: own } = node.spec.dataVolume ?? {};
  if (own === undefined) return { kind: 'set import', node };
  if (own.pvcName === claim.name) return undefined;
  return stop(`SeiNode ${node.metadata.name} imports ${own.pvcName} now, not ${claim.name}`);
}

/**
 * The claim belongs to no node that goes; undefined where it does not.
 *
 * @param node the one that has to go; without it, one that is gone.
 */
export function disown(journal: Journal, seen: Seen, node?: SeiNode): Decision | undefined {
  const going = [journal.node.uid, journal.created, journal.deleting, node?.metadata.uid];
  const live = node === undefined ? seen.node?.metadata.uid : undefined;
  const owners = ownersOf(seen).filter(({ uid }) => uid !== live);
  const owner = owners.find(({ uid }) => going.includes(uid));
  if (owner !== undefined) return { kind: 'take ownerReference away', owner };
  const [other] = owners;
  if (other === undefined) return undefined;
  const name = `PersistentVolumeClaim ${journal.claim.name}`;
  return stop(
    `${name} belongs to ${ownerName(other)} and would be deleted with it: take that ownerReference away`,
  );
}

function policyOf({ volume }: Seen): string | undefined {
  return volume?.spec?.persistentVolumeReclaimPolicy;
}

/** What the claim is deleted with. */
export function ownersOf({ claim }: Seen): readonly OwnerReference[] {
  return claim?.metadata.ownerReferences ?? [];
}
