import { canonicalQuantity } from '../quantity.ts';
import type { SeiNode } from '../seinode.ts';
import type { Settings } from '../settings.ts';
import { ownedMeta } from './metadata.ts';
import { forMode } from './mode.ts';
import { dataClaimName, importedClaimName } from './names.ts';
import type { PersistentVolumeClaim } from './types.ts';

/** The claim for a node's chain, or undefined where it imports one. */
export function dataClaim(node: SeiNode, settings: Settings): PersistentVolumeClaim | undefined {
  if (importedClaimName(node) !== undefined) return undefined;
  const { storageClass, storageSize } = forMode(node, settings);
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: ownedMeta(node, dataClaimName(node)),
    spec: {
      accessModes: ['ReadWriteOnce'],
      storageClassName: storageClass,
      resources: { requests: { storage: canonicalQuantity(storageSize) } },
    },
  };
}
