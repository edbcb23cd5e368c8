import { dataClaimName } from '../resources/names.ts';
import type { Checked } from './facts.ts';
import { isRetained } from './rights.ts';
import type { PersistentVolume } from './seen.ts';

/** What would delete the volume, and how that is answered, in the order in which it is done. */
export function protections({ seen, node }: Checked): string[] {
  const { claim, volume } = seen;
  const name = dataClaimName(node);
  const isOwned = claim?.metadata.ownerReferences?.some(({ uid }) => uid === node.metadata.uid);
  const isImported = node.spec.dataVolume?.import !== undefined;
  const what = `PersistentVolumeClaim ${name}`;
  return [
    ...(volume === undefined ? [] : [volumeProtection(volume)]),
    isImported
      ? `${what} is imported already: the finalizer of SeiNode ${node.metadata.name} leaves it alone`
      : `${what} would be deleted by the finalizer of SeiNode ${node.metadata.name}: spec.dataVolume.import is set, which stays for good, for it can never be unset again`,
    ...(isOwned
      ? [
          `${what} would be collected as garbage with SeiNode ${node.metadata.name}: its ownerReference is taken away`,
        ]
      : []),
  ];
}

function volumeProtection(volume: PersistentVolume): string {
  const what = `PersistentVolume ${volume.metadata.name}`;
  const policy = volume.spec?.persistentVolumeReclaimPolicy;
  return isRetained(volume)
    ? `${what} is Retain already: it outlives its claim`
    : `${what} would go with its claim (reclaim policy ${policy}): it is set to Retain meanwhile, and to ${policy} again at the end`;
}
