import { journalName } from './config-map.ts';
import type { Journal } from './journal.ts';
import type { PersistentVolume, Seen } from './seen.ts';

/** What a journal knows of the volume. */
type Known = Pick<Journal, 'claim' | 'volume'>;

/**
 * What has become of the volume, where it is no longer what it was: nothing may go on then, for the pod that still holds
 * it may be what keeps it.
 *
 * @returns one clause; undefined where claim and volume are those of the journal, bound to each other, and stay.
 */
export function volumeFault(journal: Known, { claim, volume }: Seen): string | undefined {
  const name = `PersistentVolumeClaim ${journal.claim.name}`;
  if (claim === undefined) return `${name} is gone`;
  const { uid, deletionTimestamp } = claim.metadata;
  if (uid !== journal.claim.uid) return `${name} is another one: its UID is ${uid}, not ${journal.claim.uid}`;
  if (deletionTimestamp !== undefined) {
    return `${name} is being deleted, since ${deletionTimestamp}; it stays for as long as a pod uses it`;
  }
  if (claim.status?.phase !== 'Bound')
    return `${name} is ${claim.status?.phase ?? 'without phase'}, not Bound`;
  return persistentVolumeFault(journal, volume);
}

function persistentVolumeFault(
  { claim, volume: { name, uid } }: Known,
  volume: PersistentVolume | undefined,
): string | undefined {
  const what = `PersistentVolume ${name}`;
  if (volume === undefined) return `${what} is gone`;
  if (volume.metadata.uid !== uid) {
    return `${what} is another one: its UID is ${volume.metadata.uid}, not ${uid}`;
  }
  if (volume.spec?.claimRef?.uid !== claim.uid) return `${what} is no longer that of the claim`;
  const { phase } = volume.status ?? {};
  return phase === 'Bound' ? undefined : `${what} is ${phase ?? 'without phase'}, not Bound`;
}

/** What is left of the volume, and what to do, for who reads that it is not what it was. */
export function whatIsLeft(journal: Journal, { volume }: Seen): string {
  const { node, number } = journal;
  const giveUp = `deleting ConfigMap ${journalName(node.name, number)} gives this toggle up`;
  return `${leftOf(journal, volume)}; ${giveUp}`;
}

function leftOf({ volume: { name, uid } }: Journal, volume: PersistentVolume | undefined): string {
  if (volume?.metadata.uid !== uid) return `PersistentVolume ${name} is not there: restore from a snapshot`;
  const policy = volume.spec?.persistentVolumeReclaimPolicy;
  return policy === 'Retain'
    ? `PersistentVolume ${name} is kept (Retain): take claimRef out of it and bind a new claim to it by volumeName`
    : `PersistentVolume ${name} has reclaim policy ${policy}: set it to Retain at once, and delete no pod`;
}
