import type { Decision } from './decide.ts';
import type { Journal } from './journal.ts';
import { type TLSSetting, tlsSettingOf } from './manifest.ts';

/** `TLS of Secret n0-tls`, or `no TLS`. */
export function settingText(setting: TLSSetting): string {
  return setting === null ? 'no TLS' : `TLS of Secret ${setting}`;
}

/**
 * What a toggle will do, in order, for who is asked whether to begin.
 *
 * @param hasImport whether the node imports its claim already.
 */
export function outline(journal: Journal, hasImport: boolean): string[] {
  const { node, claim, volume, to, verify } = journal;
  const pod = `${node.name}-0`;
  const isRetained = volume.reclaimPolicy === 'Retain';
  return [
    ...(isRetained
      ? []
      : [`PersistentVolume ${volume.name} becomes Retain; it is ${volume.reclaimPolicy} now`]),
    ...(hasImport
      ? []
      : [
          `SeiNode ${node.name} imports PersistentVolumeClaim ${claim.name}; that stays for good, also after an abort`,
        ]),
    ...(claim.owner ? [`${claim.name} loses its ownerReference to the node`] : []),
    `SeiNode ${node.name} is deleted; its pod ${pod} and StatefulSet go with it, and are waited for`,
    `SeiNode ${node.name} is created with ${settingText(to)}, else as it is`,
    `waits until it is Running${verify ? ', and verifies what its pod serves' : ''}`,
    ...(isRetained ? [] : [`PersistentVolume ${volume.name} becomes ${volume.reclaimPolicy} again`]),
  ];
}

/** What is being done, as a clause without a final dot; undefined for what a person need not read. */
export function deedOf(journal: Journal, decision: Decision): string | undefined {
  const { claim, volume, node } = journal;
  switch (decision.kind) {
    case 'set reclaim policy':
      return `PersistentVolume ${volume.name} becomes ${decision.policy}`;
    case 'set import':
      return `SeiNode ${node.name} imports ${claim.name}`;
    case 'take ownerReference away':
      return `${claim.name} loses its ownerReference to ${decision.owner.kind} ${decision.owner.name ?? ''}`;
    case 'put ownerReference back':
      return `${claim.name} gets its ownerReference to the node back`;
    case 'delete node':
      return `SeiNode ${node.name} is deleted`;
    case 'create node':
      return `SeiNode ${node.name} is created with ${settingText(tlsSettingOf(decision.manifest))}`;
    case 'verify':
      return `SeiNode ${node.name} is Running; what its pod serves is verified`;
    case 'record':
      return decision.step === 'Done' || decision.step === 'Aborted' ? decision.step : undefined;
    default:
      return undefined;
  }
}
