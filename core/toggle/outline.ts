import { shortDuration } from '../duration.ts';
import { dataClaimName } from '../resources/names.ts';
import type { Decision } from './decision.ts';
import type { Checked } from './facts.ts';
import type { Journal, Step } from './journal.ts';
import { type TLSSetting, tlsSettingOf } from './manifest.ts';
import { isRetained } from './rights.ts';
import type { PersistentVolume, Seen } from './seen.ts';

/** `TLS of Secret n0-tls`, or `no TLS`. */
export function settingText(setting: TLSSetting): string {
  return setting === null ? 'no TLS' : `TLS of Secret ${setting}`;
}

/** What a toggle does, for who is asked whether to begin. Each is one clause. */
export type Outline = {
  /** In order; what only protects the volume says what would delete it. */
  readonly steps: readonly string[];
  readonly deletes: readonly string[];
  readonly keeps: readonly string[];
  readonly downtime: string;
};

/** Of claim and volume as much as is known of them. */
export function outline({ node, seen, to, verify }: Planned): Outline {
  const { name } = node.metadata;
  const claim = `PersistentVolumeClaim ${dataClaimName(node)}`;
  const volume = seen.volume && `PersistentVolume ${seen.volume.metadata.name}`;
  const policy = seen.volume?.spec?.persistentVolumeReclaimPolicy;
  return {
    steps: [
      ...protections({ node, seen }),
      `SeiNode ${name} is deleted; that its pod and StatefulSet are gone is waited for`,
      `SeiNode ${name} is created as it was, but with ${settingText(to)}`,
      verify
        ? 'what its pod serves is verified by a handshake, once it is Running'
        : 'it is waited for until it is Running',
      ...(volume === undefined || policy === 'Retain' ? [] : [`${volume} is set to ${policy} again`]),
    ],
    deletes: deletedWith(name),
    keeps: [claim, volume ?? 'its PersistentVolume'],
    downtime: `from the deletion until it is Running: ${graceOf(seen)}, then a new one starts on the same volume`,
  };
}

/** What goes with a node, the node first (contract §4). */
export function deletedWith(name: string): string[] {
  return [`SeiNode ${name}`, `StatefulSet ${name}`, `Pod ${name}-0`];
}

type Planned = Pick<Checked, 'node' | 'to' | 'verify'> & {
  readonly seen: Pick<Seen, 'claim' | 'volume' | 'pods'>;
};

/** What would delete the volume, and how that is answered. */
function protections({ node, seen: { claim, volume } }: Pick<Planned, 'node' | 'seen'>): string[] {
  const { name, uid } = node.metadata;
  const what = `PersistentVolumeClaim ${dataClaimName(node)}`;
  const owners = claim?.metadata.ownerReferences;
  return [
    ...volumeProtection(volume),
    ...(claim === undefined || owners?.some(owner => owner.uid === uid)
      ? [`${what} loses its ownerReference to SeiNode ${name}: it would be collected as garbage with it`]
      : []),
    ...(node.spec.dataVolume?.import === undefined
      ? [
          `SeiNode ${name} imports ${what}: its finalizer would delete it; this stays for good, also after an abort, for an import cannot be unset`,
        ]
      : []),
  ];
}

function volumeProtection(volume: PersistentVolume | undefined): string[] {
  if (volume === undefined) {
    return ['its PersistentVolume is set to Retain meanwhile, where it is not: it would go with its claim'];
  }
  const { persistentVolumeReclaimPolicy: policy } = volume.spec ?? {};
  return isRetained(volume)
    ? []
    : [`PersistentVolume ${volume.metadata.name} is set to Retain: as ${policy} it would go with its claim`];
}

function graceOf({ pods: [pod] }: Pick<Seen, 'pods'>): string {
  const seconds = pod?.spec?.terminationGracePeriodSeconds;
  return seconds === undefined ? 'its pod ends' : `its pod has ${seconds} s to end`;
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
    case 'keep node':
      return `SeiNode ${node.name} is marked as kept: a delete that is still under way is refused`;
    case 'create node':
      return `SeiNode ${node.name} is created with ${settingText(tlsSettingOf(decision.manifest))}`;
    case 'verify':
      return `SeiNode ${node.name} is Running; what its pod serves is verified`;
    default:
      return undefined;
  }
}

/** How a toggle that is over has ended. */
export function endOf({ step, times }: Journal): string {
  const at = (...wanted: Step[]) => {
    const found = wanted.map(each => times.findLast(time => time.step === each)).find(time => time);
    return Date.parse(found?.at ?? '');
  };
  const [all, down] = [at(step) - at('Prepared'), at('Running', step) - at('Deleting')];
  if (Number.isNaN(all)) return step;
  const was = Number.isNaN(down) ? '' : `; the node was down for ${spanOf(down)}`;
  return `${step} after ${spanOf(all)}${was}`;
}

function spanOf(milliseconds: number): string {
  return milliseconds < 60_000 ? `${(milliseconds / 1000).toFixed(1)} s` : shortDuration(milliseconds);
}
