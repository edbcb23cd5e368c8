import type { SeiNode } from '../seinode.ts';
import type { Journal } from './journal.ts';
import { isSameManifest, manifestOf, says, tlsSettingOf, withTLS } from './manifest.ts';

/**
 * Forward it is the node that was found, back the one that was created, also where nobody heard of its creation: it says
 * what would have been created then. All else is somebody's, who would make it again.
 */
export function isOfToggle(journal: Journal, live: SeiNode): boolean {
  const { uid } = live.metadata;
  if (journal.direction === 'forward') return uid === journal.node.uid;
  return uid === journal.created || isAsCreated(journal, live);
}

/** Whether a node says what the manifest makes, and nobody has changed that since: the first generation of its spec. */
export function isAsCreated({ manifest, claim, to }: Journal, live: SeiNode): boolean {
  const { metadata, spec } = manifestOf(live, claim.name);
  const wanted = withTLS(manifest, to);
  const isSameMetadata = isSameManifest({ ...wanted, metadata }, wanted);
  return isSameMetadata && live.metadata.generation === 1 && says(spec, wanted.spec);
}

/** Why a node is left alone that is nobody's of this toggle. */
export function strangers({ metadata, spec }: SeiNode): string {
  const tls = tlsSettingOf({ spec });
  const setting = tls === null ? 'without TLS' : `with TLS of Secret ${tls}`;
  return `SeiNode ${metadata.name} was made anew by somebody else, ${setting} (UID ${metadata.uid}): it is left alone`;
}
