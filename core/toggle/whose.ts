import type { SeiNode } from '../seinode.ts';
import { type Journal, wantedTLS } from './journal.ts';
import { isCreatedByPlugin } from './managers.ts';
import { isSameManifest, manifestOf, says, tlsSettingOf, withTLS } from './manifest.ts';
import { settingText } from './outline.ts';
import { ownersOf } from './protection.ts';
import type { Seen } from './seen.ts';

/**
 * Forward it is the node that was found, back the one that was created, also where nobody heard of its creation: it says
 * what would have been created then, or the plugin is known to have written it, whatever was changed of it since. All else is
 * somebody's, who would make it again.
 */
export function isOfToggle(journal: Journal, live: SeiNode): boolean {
  const { uid } = live.metadata;
  if (journal.direction === 'forward') return uid === journal.node.uid;
  return uid === journal.created || isAsCreated(journal, live) || isCreatedByPlugin(live);
}

/** Whether a node says what the manifest makes, and nobody has changed that since: the first generation of its spec. */
export function isAsCreated({ manifest, claim, to }: Journal, live: SeiNode): boolean {
  const { metadata } = manifestOf(live, claim.name);
  const wanted = withTLS(manifest, to);
  const isSameMetadata = isSameManifest({ ...wanted, metadata }, wanted);
  return isSameMetadata && live.metadata.generation === 1 && says(live.spec, wanted.spec);
}

/** Why a node is left alone that is nobody's of this toggle, and how to go on without losing the volume. */
export function strangers(journal: Journal, seen: Seen, node: SeiNode): string {
  const { name, uid } = node.metadata;
  const tls = tlsSettingOf(node);
  const setting = tls === null ? 'without TLS' : `with TLS of Secret ${tls}`;
  const next =
    journal.direction === 'forward' && tls === journal.from
      ? 'tls abort ends with it'
      : byDeletion(journal, seen, node);
  return `SeiNode ${name} was made anew by somebody else, ${setting} (UID ${uid}): it is left alone; ${next}`;
}

/** What to do so that the toggle may make the node. */
function byDeletion(journal: Journal, seen: Seen, { metadata, spec }: SeiNode): string {
  const claim = journal.claim.name;
  const isOwner = ownersOf(seen).some(({ uid }) => uid === metadata.uid);
  const before = [
    ...(spec.dataVolume?.import === undefined ? [`set its spec.dataVolume.import.pvcName to ${claim}`] : []),
    ...(isOwner ? [`take its ownerReference off PersistentVolumeClaim ${claim}`] : []),
  ];
  const resumed = `tls resume makes one with ${settingText(wantedTLS(journal))}`;
  return before.length === 0
    ? `delete it (its volume stays), and ${resumed}`
    : `deleted as it is, it would take PersistentVolumeClaim ${claim} along: ${before.join(', ')}, then delete it, and ${resumed}`;
}
