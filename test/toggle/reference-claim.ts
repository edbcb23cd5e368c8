import { isControlledBy, type Owned } from '../../core/ownership.ts';
import { parseQuantity } from '../../core/quantity.ts';
import { forMode } from '../../core/resources/mode.ts';
import type { SeiNode } from '../../core/seinode.ts';
import { settings } from '../core/resources/nodes.ts';

type Storage = { readonly storage?: string };

/** A PersistentVolumeClaim and its PersistentVolume, as far as the reference looks. */
export type Claim = Owned & {
  readonly spec: { readonly accessModes: readonly string[]; readonly volumeName?: string };
  readonly status?: { readonly phase?: string; readonly capacity?: Storage };
};
export type Volume = {
  readonly spec: { readonly capacity: Storage };
  readonly status?: { readonly phase?: string };
};

/** What comes of the task ensure-data-pvc. A failure is for good: the node ends Failed. */
export type Outcome = { readonly kind: 'done' | 'waits' | 'failed'; readonly message: string };

/** A claim of the node's own name counts only where the node controls it. */
export function ownClaimCheck(node: SeiNode, claim: Claim): Outcome {
  return isControlledBy(claim, node)
    ? { kind: 'done', message: '' }
    : failed(`the claim ${claim.metadata.name} exists and is not owned by the node: import it`);
}

/** What the reference asks of an imported claim and its volume, in its order. */
export function importCheck(node: SeiNode, claim: Claim | undefined, volume: Volume | undefined): Outcome {
  if (claim === undefined) return waits('the claim is not there');
  const { spec, status = {} } = claim;
  if (claim.metadata.deletionTimestamp !== undefined) return waits('the claim is being deleted');
  if (status.phase === 'Lost') return failed('the claim is Lost');
  if (status.phase !== 'Bound') return waits('the claim is not Bound');
  if (!spec.accessModes.some(mode => /^ReadWriteOnce(Pod)?$/.test(mode))) return failed('no access by one');
  const size = amount(status.capacity);
  if (size === undefined) return waits('the claim says no capacity');
  const { storageSize } = forMode(node, settings);
  if (size < amount({ storage: storageSize })!) return failed(`less than the default size ${storageSize}`);
  if (volume === undefined) return waits('the volume is not there');
  if (volume.status?.phase === 'Failed') return failed('the volume is Failed');
  return amount(volume.spec.capacity) === size
    ? { kind: 'done', message: 'the claim can be used' }
    : failed('the volume has another size than the claim');
}

function amount({ storage = '' }: Storage = {}): bigint | undefined {
  return parseQuantity(storage)?.nano;
}

function failed(message: string): Outcome {
  return { kind: 'failed', message };
}

function waits(message: string): Outcome {
  return { kind: 'waits', message };
}
