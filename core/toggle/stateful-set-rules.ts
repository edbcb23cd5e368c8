import { controllerOf } from '../ownership.ts';
import { dataClaimName } from '../resources/names.ts';
import type { Checked } from './facts.ts';

/** A StatefulSet that takes its claims along, or that stays as the node goes. */
export function statefulSetRefusals({ seen: { statefulSet: set }, node }: Checked): string[] {
  if (set === undefined) return [];
  const name = `StatefulSet ${set.metadata.name}`;
  const { persistentVolumeClaimRetentionPolicy: policy, volumeClaimTemplates = [] } = set.spec ?? {};
  const claim = dataClaimName(node);
  const isItsOwn = volumeClaimTemplates.some(({ metadata }) => {
    const ordinal = claim.slice(`${metadata?.name}-${set.metadata.name}-`.length);
    return claim === `${metadata?.name}-${set.metadata.name}-${ordinal}` && /^\d+$/.test(ordinal);
  });
  const takesAlong =
    policy?.whenDeleted === 'Delete' && isItsOwn
      ? [
          `${name} deletes PersistentVolumeClaim ${claim} as it goes: set its spec.persistentVolumeClaimRetentionPolicy.whenDeleted to Retain`,
        ]
      : [];
  const stays =
    controllerOf(set)?.uid === node.metadata.uid
      ? []
      : [
          `${name} does not belong to SeiNode ${node.metadata.name}, would stay, and the new node would wait for it for ever: delete it, or give it the node as controller`,
        ];
  return [...takesAlong, ...stays];
}
