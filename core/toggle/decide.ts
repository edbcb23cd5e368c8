import type { SeiNode } from '../seinode.ts';
import { type Decision, record, stop, wait } from './decision.ts';
import { isEnded, type Journal, wantedTLS } from './journal.ts';
import { kept } from './kept.ts';
import { isSameManifest, manifestOf, tlsSettingOf, withTLS } from './manifest.ts';
import { disown, imported, ownersOf, restored, retain } from './protection.ts';
import type { Seen } from './seen.ts';
import { volumeFault, whatIsLeft } from './volume.ts';
import { ending, progressOf, remainsOf } from './waited-for.ts';
import { isAsCreated, isOfToggle, strangers } from './whose.ts';

/**
 * What a toggle does next, found from the journal and what the cluster shows now: never from what was done before. The
 * volume outranks everything: nothing goes on where it is not what it was, and it is Retain before anything is deleted.
 */
export function decide(journal: Journal, seen: Seen): Decision {
  if (isEnded(journal)) return { kind: 'ended' };
  const fault = volumeFault(journal, seen);
  if (fault !== undefined) return retain(journal, seen) ?? stop(`${fault}. ${whatIsLeft(journal, seen)}`);
  const { node } = seen;
  if (node === undefined) return whileGone(journal, seen);
  if (node.metadata.deletionTimestamp !== undefined) return whileDeleting(journal, seen, node);
  if (tlsSettingOf(node) === wantedTLS(journal)) return whileWanted(journal, seen, node);
  if (isOfToggle(journal, node)) return beforeDelete(journal, seen, node);
  return retain(journal, seen) ?? stop(strangers(journal, seen, node));
}

/** The node is there and has to go. Everything that would take the volume along is taken out of the way first. */
function beforeDelete(journal: Journal, seen: Seen, node: SeiNode): Decision {
  const before = retain(journal, seen) ?? disown(journal, seen, node) ?? imported(journal, node);
  if (before) return before;
  // One of this toggle's own may never come to its end: that is what it is taken back for.
  if (node.metadata.uid === journal.node.uid && node.status?.plan?.phase === 'Active') {
    return wait('no plan', `a plan of SeiNode ${node.metadata.name} is Active`);
  }
  return toBeDeleted(journal, node) ?? { kind: 'delete node', node };
}

/** Somebody may have deleted it who did not ask what becomes of the volume: it is protected even now. */
function whileDeleting(journal: Journal, seen: Seen, node: SeiNode): Decision {
  const { name, deletionTimestamp, finalizers = [] } = node.metadata;
  const by = finalizers.length > 0 ? ` (finalizers ${finalizers.join(', ')})` : '';
  return (
    retain(journal, seen) ??
    disown(journal, seen, node) ??
    imported(journal, node) ??
    toBeDeleted(journal, node) ??
    wait(
      'gone',
      [`SeiNode ${name} is being deleted, since ${deletionTimestamp}${by}`, ...ending(seen)].join('; '),
    )
  );
}

/** No second pod beside the first: a validator would sign twice. */
function whileGone(journal: Journal, seen: Seen): Decision {
  const before = retain(journal, seen) ?? disown(journal, seen);
  if (before) return before;
  const remains = remainsOf(seen);
  if (remains.length > 0) return wait('no pod', remains.join('; '));
  return { kind: 'create node', manifest: withTLS(journal.manifest, wantedTLS(journal)) };
}

/** The node has the setting that is wanted: made by this toggle, or never deleted. */
function whileWanted(journal: Journal, seen: Seen, node: SeiNode): Decision {
  const stays = kept(journal, node);
  if (stays) return stays;
  if (node.metadata.uid === journal.node.uid) return undone(journal, seen);
  const before = imported(journal, node) ?? disown(journal, seen);
  if (before) return before;
  if (journal.created !== node.metadata.uid)
    return record('Created', { created: node.metadata.uid as string });
  const { phase, plan } = node.status ?? {};
  if (phase === 'Failed') {
    const detail = plan?.failedTaskDetail;
    const why = detail ? `: task ${detail.type} failed: ${detail.error}` : '';
    const next = 'mend that, delete the node (its volume stays), and tls resume makes it again';
    return stop(`SeiNode ${node.metadata.name} is Failed${why}; ${next}`);
  }
  if (phase !== 'Running') return wait('Running', progressOf(node));
  if (journal.verify && !seen.verified) return { kind: 'verify', node };
  return restored(journal, seen) ?? ended(journal);
}

/** Nothing was deleted: what protected the volume goes, but for the import, which cannot be unset (contract §7). */
function undone(journal: Journal, seen: Seen): Decision {
  const { owner } = journal.claim;
  if (owner !== undefined && !ownersOf(seen).some(({ uid }) => uid === owner.uid)) {
    return { kind: 'put ownerReference back', owner };
  }
  return restored(journal, seen) ?? ended(journal);
}

/** The journal says which node goes, and all that it was, before it goes: somebody may have changed it meanwhile. */
function toBeDeleted(journal: Journal, node: SeiNode): Decision | undefined {
  const { claim, deleting, manifest } = journal;
  const uid = node.metadata.uid as string;
  const isOriginal = uid === journal.node.uid;
  const latest = !isOriginal && isAsCreated(journal, node) ? manifest : manifestOf(node, claim.name);
  const isRecorded = deleting === uid && isSameManifest(manifest, latest);
  return isRecorded ? undefined : record('Deleting', { deleting: uid, manifest: latest });
}

function ended({ direction }: Journal): Decision {
  return record(direction === 'forward' ? 'Done' : 'Aborted', {});
}
