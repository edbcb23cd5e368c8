import type { SeiNode } from '../seinode.ts';
import type { Journal } from './journal.ts';
import { manifestOf, type TLSSetting, tlsSettingOf } from './manifest.ts';
import type { Seen } from './seen.ts';

/** What a journal begins with. */
export type Beginning = Pick<Journal, 'number' | 'who' | 'pluginVersion' | 'verify'> & {
  readonly to: TLSSetting;
  /** RFC 3339. */
  readonly at: string;
};

/** The journal of a toggle that has changed nothing yet; undefined where there is no volume to keep. */
export function preparedJournal(
  node: SeiNode,
  { claim, volume, statefulSet }: Pick<Seen, 'claim' | 'volume' | 'statefulSet'>,
  { at, ...beginning }: Beginning,
): Journal | undefined {
  const { namespace, name, uid = '' } = node.metadata;
  const { name: claimName = '', uid: claimUID = '', ownerReferences = [] } = claim?.metadata ?? {};
  const { name: volumeName = '', uid: volumeUID = '' } = volume?.metadata ?? {};
  const reclaimPolicy = volume?.spec?.persistentVolumeReclaimPolicy ?? '';
  if ([uid, claimName, claimUID, volumeName, volumeUID, reclaimPolicy].includes('')) return undefined;
  const owner = ownerReferences.find(reference => reference.uid === uid);
  return {
    version: 1,
    ...beginning,
    node: { namespace, name, uid },
    from: tlsSettingOf(node),
    direction: 'forward',
    step: 'Prepared',
    times: [{ step: 'Prepared', direction: 'forward', at }],
    claim: { name: claimName, uid: claimUID, ...(owner && { owner }) },
    volume: { name: volumeName, uid: volumeUID, reclaimPolicy },
    ...(statefulSet?.metadata.uid !== undefined && { statefulSet: statefulSet.metadata.uid }),
    manifest: manifestOf(node, claimName),
  };
}
