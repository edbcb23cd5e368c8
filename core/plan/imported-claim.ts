import { isControlledBy, type Owned, otherNodeOwning, ownerName } from '../ownership.ts';
import { parseQuantity } from '../quantity.ts';
import type { SeiNode } from '../seinode.ts';
import { type Check, invalid, notReady } from './check.ts';

type Storage = { readonly storage?: string };

/** A PersistentVolumeClaim (Kubernetes API, core/v1): what is read of it. */
export type Claim = Owned & {
  readonly spec?: {
    readonly accessModes?: readonly string[];
    readonly volumeMode?: string;
    readonly volumeName?: string;
  };
  readonly status?: {
    readonly phase?: string;
    readonly capacity?: Storage;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
};

/** A PersistentVolume (Kubernetes API, core/v1): what is read of it. */
export type Volume = {
  readonly metadata?: { readonly deletionTimestamp?: string };
  readonly spec?: { readonly capacity?: Storage };
  readonly status?: { readonly phase?: string };
};

/**
 * Task ensure-data-pvc of a node that imports a claim, as far as the claim alone tells (reference controller; ADR 17).
 *
 * @returns the volume that must be looked at, where nothing is against the claim.
 */
export function claimCheck(
  node: SeiNode,
  name: string,
  claim: Claim | undefined,
): Check | { readonly kind: 'bound'; readonly claim: Claim; readonly volumeName: string } {
  const what = `PersistentVolumeClaim ${name}`;
  if (claim === undefined) return notReady(`${what} does not exist in namespace ${node.metadata.namespace}`);
  const { metadata, spec = {}, status = {} } = claim;
  if (metadata.deletionTimestamp) {
    return notReady(`${what} is being deleted, since ${metadata.deletionTimestamp}`);
  }
  const owner = otherNodeOwning(claim, node);
  if (owner !== undefined) return notReady(`${what} ${wouldBeCollected(ownerName(owner))}`);
  if (status.phase === 'Lost') return invalid(`${what} is Lost: its volume is gone`);
  if (status.phase !== 'Bound')
    return notReady(`${what} is ${status.phase ?? 'without phase'}, not Bound yet`);
  if (!spec.accessModes?.some(mode => mode === 'ReadWriteOnce' || mode === 'ReadWriteOncePod')) {
    const modes = spec.accessModes?.join(', ') || 'none';
    return invalid(`${what} has access modes ${modes}: ReadWriteOnce or ReadWriteOncePod is needed`);
  }
  if (spec.volumeMode === 'Block') return invalid(`${what} is a Block volume: a Filesystem is needed`);
  if (parseQuantity(status.capacity?.storage ?? '') === undefined) {
    return notReady(`${what} does not say its capacity yet`);
  }
  return spec.volumeName
    ? { kind: 'bound', claim, volumeName: spec.volumeName }
    : notReady(`${what} does not name its volume yet`);
}

/**
 * The same of the volume behind it. A size below the default is told and no fault: the default is that of new volumes,
 * and a chain that fitted yesterday is not kept from running because somebody raised it.
 *
 * @param defaultSize of new volumes for nodes of this mode.
 */
export function volumeCheck(
  node: SeiNode,
  { claim, volumeName }: { readonly claim: Claim; readonly volumeName: string },
  volume: Volume | undefined,
  defaultSize: string,
): Check {
  const name = `PersistentVolumeClaim ${claim.metadata.name}`;
  if (volume === undefined) return notReady(`PersistentVolume ${volumeName} of ${name} does not exist`);
  if (volume.status?.phase === 'Failed')
    return invalid(`PersistentVolume ${volumeName} of ${name} is Failed`);
  const size = claim.status?.capacity?.storage ?? '';
  const behind = volume.spec?.capacity?.storage ?? '';
  if (!(isEqual(size, behind) || (isResized(claim) && isLess(size, behind)))) {
    return invalid(`PersistentVolume ${volumeName} has ${behind || 'no capacity'}, ${name} says ${size}`);
  }
  return {
    kind: 'ready',
    message: [`${name} can be used`, ...remarks(node, claim, volume, defaultSize)].join('; '),
  };
}

function remarks(node: SeiNode, claim: Claim, volume: Volume, defaultSize: string): string[] {
  const size = claim.status?.capacity?.storage ?? '';
  const small = `its ${size} are less than the ${defaultSize} that a new one gets: see that it does not fill up`;
  const owned = `it ${wouldBeCollected('this SeiNode')}`;
  const going = `its PersistentVolume ${claim.spec?.volumeName} is being deleted, and goes as the claim does`;
  return [
    ...(isLess(size, defaultSize) ? [small] : []),
    ...(isControlledBy(claim, node) ? [owned] : []),
    ...(volume.metadata?.deletionTimestamp ? [going] : []),
  ];
}

function wouldBeCollected(owner: string): string {
  return `belongs to ${owner} and would be deleted with it: take away its ownerReference`;
}

/** A volume that grows is larger than what is in it says, until a pod has mounted it. */
function isResized({ status }: Claim): boolean {
  const growing = ['Resizing', 'FileSystemResizePending'];
  return status?.conditions?.some(({ type, status }) => growing.includes(type) && status === 'True') === true;
}

function isEqual(one: string, other: string): boolean {
  return amount(one) !== undefined && amount(one) === amount(other);
}

function isLess(one: string, other: string): boolean {
  const [less, more] = [amount(one), amount(other)];
  return less !== undefined && more !== undefined && less < more;
}

function amount(text: string): bigint | undefined {
  return parseQuantity(text)?.nano;
}
