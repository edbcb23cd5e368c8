import { ownerName } from '../ownership.ts';
import { claimCheck, volumeCheck } from '../plan/imported-claim.ts';
import { parseQuantity } from '../quantity.ts';
import { dataClaimName } from '../resources/names.ts';
import type { Checked } from './facts.ts';
import { isDenied, isRetained } from './rights.ts';
import type { PersistentVolume } from './seen.ts';
import { volumeFault } from './volume.ts';

type Claim = NonNullable<Checked['seen']['claim']>;

/** What of claim and volume is against a node made again on them; nothing of what could not be read. */
export function claimRefusals(facts: Checked): string[] {
  const { seen, node, denied } = facts;
  const name = dataClaimName(node);
  if (seen.claim === undefined && isDenied(denied, 'get', 'persistentvolumeclaims')) return [];
  const owned = seen.claim === undefined ? [] : ownerRefusals(facts, seen.claim);
  const check = claimCheck(node, name, withoutOwners(seen.claim));
  if (check.kind !== 'bound') return [...owned, unfit(check.message)];
  if (seen.volume === undefined && isDenied(denied, 'get', 'persistentvolumes')) return owned;
  const behind = volumeCheck(node, check, seen.volume, '0');
  if (behind.kind !== 'ready') return [...owned, unfit(behind.message)];
  const fault = faultOf(check.claim, seen.volume!, facts);
  if (fault !== undefined) return [...owned, unfit(fault)];
  return [
    ...owned,
    ...sizeRefusals(facts, check.claim),
    ...grownRefusals(facts, check.claim),
    ...policyRefusals(facts),
  ];
}

function unfit(message: string): string {
  return `${message}: a node made again could not import it; mend that first`;
}

/** Owners have a refusal of their own. */
function withoutOwners(claim: Claim | undefined): Claim | undefined {
  return claim && { ...claim, metadata: { ...claim.metadata, ownerReferences: [] } };
}

function ownerRefusals({ node }: Checked, { metadata }: Claim): string[] {
  return (metadata.ownerReferences ?? [])
    .filter(({ uid }) => uid !== node.metadata.uid)
    .map(
      owner =>
        `PersistentVolumeClaim ${metadata.name} belongs to ${ownerName(owner)} and would be deleted with it: take away that ownerReference, or delete no node`,
    );
}

/** What the toggle itself stops at. */
function faultOf(claim: Claim, volume: PersistentVolume, { seen }: Checked): string | undefined {
  const { name, uid } = volume.metadata;
  const known = {
    claim: { name: claim.metadata.name, uid: claim.metadata.uid as string },
    volume: { name, uid: uid as string, reclaimPolicy: '' },
  };
  return volumeFault(known, seen);
}

/** The reference fails an import below its default (contract §7); ours takes it (ADR 17), if that is asked for. */
function sizeRefusals({ operator, defaultSize, ignoreDefaultSize }: Checked, claim: Claim): string[] {
  const flag = '--ignore-default-size';
  const what = `PersistentVolumeClaim ${claim.metadata.name}`;
  const size = claim.status?.capacity?.storage ?? '';
  if (!defaultSize.ok) {
    const why = `the least size of a volume cannot be read: ${defaultSize.error}`;
    return ignoreDefaultSize
      ? []
      : [`${why}; see that the ${size} of ${what} are not below the operator's default, then say ${flag}`];
  }
  if (!(amount(size) < amount(defaultSize.value))) return [];
  const small = `${what} has ${size}, less than the operator's default of ${defaultSize.value}`;
  if (operator === 'reference')
    return [
      `${small}: the reference controller would end the new node Failed; enlarge the claim first (spec.resources.requests.storage)`,
    ];
  return ignoreDefaultSize
    ? []
    : [`${small}: enlarge the claim first, or say ${flag} where the operator takes it as it is`];
}

/** A claim that grows until a pod mounts it is taken by ours alone. */
function grownRefusals({ operator, seen }: Checked, { metadata, status }: Claim): string[] {
  const [size, behind] = [status?.capacity?.storage ?? '', seen.volume?.spec?.capacity?.storage ?? ''];
  return operator === 'ours' || amount(size) === amount(behind)
    ? []
    : [
        `PersistentVolumeClaim ${metadata.name} is being enlarged from ${size} to ${behind}: the reference controller would end the new node Failed; wait until it is done`,
      ];
}

function policyRefusals({ seen: { volume }, denied }: Checked): string[] {
  const policy = volume?.spec?.persistentVolumeReclaimPolicy;
  const name = volume?.metadata.name;
  return isRetained(volume) || !isDenied(denied, 'patch', 'persistentvolumes')
    ? []
    : [
        `PersistentVolume ${name} has reclaim policy ${policy} and you may not change it: let somebody who may set it to Retain (kubectl patch persistentvolume ${name} -p '{"spec":{"persistentVolumeReclaimPolicy":"Retain"}}')`,
      ];
}

function amount(text: string): bigint {
  return parseQuantity(text)?.nano ?? 0n;
}
