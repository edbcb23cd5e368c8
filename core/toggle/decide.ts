import type { OwnerReference } from '../kubernetes.ts';
import { ownerName } from '../ownership.ts';
import type { SeiNode } from '../seinode.ts';
import { utcSeconds } from '../tls-secret.ts';
import { isEnded, type Journal, type Step, wantedTLS } from './journal.ts';
import { isSameManifest, type Manifest, manifestOf, says, tlsSettingOf, withTLS } from './manifest.ts';
import type { Seen } from './seen.ts';
import { volumeFault, whatIsLeft } from './volume.ts';

/** The one thing to do now. Each may be done again: where it was done already, the cluster shows it and it is not asked for. */
export type Decision =
  /** The volume's reclaim policy: Retain for as long as it takes, then what it was. */
  | { readonly kind: 'set reclaim policy'; readonly policy: string }
  /** spec.dataVolume.import on the live node: its finalizer leaves such a claim alone. */
  | { readonly kind: 'set import'; readonly node: SeiNode }
  /** Garbage collection deletes what belongs to a node that is gone. */
  | { readonly kind: 'take ownerReference away'; readonly owner: OwnerReference }
  | { readonly kind: 'put ownerReference back'; readonly owner: OwnerReference }
  | { readonly kind: 'record'; readonly step: Step; readonly known: Partial<Journal> }
  | { readonly kind: 'delete node'; readonly node: SeiNode }
  | { readonly kind: 'create node'; readonly manifest: Manifest }
  | { readonly kind: 'verify'; readonly node: SeiNode }
  /** `until`: what is to be watched. */
  | { readonly kind: 'wait'; readonly until: Awaited; readonly why: string }
  /** It does not go on by itself; nothing is undone. */
  | { readonly kind: 'stop'; readonly why: string }
  | { readonly kind: 'ended' };

/** `no plan`, `gone`, `Running`: of the node; `no pod`: its pod and StatefulSet too. */
export type Awaited = 'no plan' | 'gone' | 'no pod' | 'Running';

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
  return isOfToggle(journal, node) ? beforeDelete(journal, seen, node) : stop(strangers(node));
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

function retain({ volume }: Journal, seen: Seen): Decision | undefined {
  const isIt = seen.volume?.metadata.uid === volume.uid;
  return isIt && policyOf(seen) !== 'Retain' ? { kind: 'set reclaim policy', policy: 'Retain' } : undefined;
}

function restored({ volume }: Journal, seen: Seen): Decision | undefined {
  return policyOf(seen) === volume.reclaimPolicy
    ? undefined
    : { kind: 'set reclaim policy', policy: volume.reclaimPolicy };
}

function imported({ claim }: Journal, node: SeiNode): Decision | undefined {
  const { import: own } = node.spec.dataVolume ?? {};
  if (own === undefined) return { kind: 'set import', node };
  if (own.pvcName === claim.name) return undefined;
  return stop(`SeiNode ${node.metadata.name} imports ${own.pvcName} now, not ${claim.name}`);
}

/** @param node the one that has to go; without it, one that is gone. */
function disown(journal: Journal, seen: Seen, node?: SeiNode): Decision | undefined {
  const going = [journal.node.uid, journal.created, journal.deleting, node?.metadata.uid];
  const live = node === undefined ? seen.node?.metadata.uid : undefined;
  const owners = ownersOf(seen).filter(({ uid }) => uid !== live);
  const owner = owners.find(({ uid }) => going.includes(uid));
  if (owner !== undefined) return { kind: 'take ownerReference away', owner };
  const [other] = owners;
  if (other === undefined) return undefined;
  const name = `PersistentVolumeClaim ${journal.claim.name}`;
  return stop(
    `${name} belongs to ${ownerName(other)} and would be deleted with it: take that ownerReference away`,
  );
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

/**
 * Forward it is the node that was found, back the one that was created, also where nobody heard of its creation: it says
 * what would have been created then. All else is somebody's, who would make it again.
 */
function isOfToggle(journal: Journal, live: SeiNode): boolean {
  const { uid } = live.metadata;
  if (journal.direction === 'forward') return uid === journal.node.uid;
  return uid === journal.created || isAsCreated(journal, live);
}

/** Whether a node says what the manifest makes, and nobody has changed that since: the first generation of its spec. */
function isAsCreated({ manifest, claim, to }: Journal, live: SeiNode): boolean {
  const { metadata, spec } = manifestOf(live, claim.name);
  const wanted = withTLS(manifest, to);
  const isSameMetadata = isSameManifest({ ...wanted, metadata }, wanted);
  return isSameMetadata && live.metadata.generation === 1 && says(spec, wanted.spec);
}

function remainsOf({ statefulSet, pods }: Seen): string[] {
  const set = statefulSet ? [`StatefulSet ${statefulSet.metadata.name}${since(statefulSet.metadata)}`] : [];
  return [...set, ...pods.map(podText)];
}

/** The pods that the node's finalizer may wait for. */
function ending({ pods }: Seen): string[] {
  return pods.filter(({ metadata }) => metadata.deletionTimestamp !== undefined).map(podText);
}

function podText({ metadata, spec }: Seen['pods'][number]): string {
  const where = spec?.nodeName === undefined ? '' : ` on ${spec.nodeName}`;
  return `Pod ${metadata.name}${where}${since(metadata)}`;
}

function since({ deletionTimestamp, deletionGracePeriodSeconds = 0 }: SeiNode['metadata']): string {
  if (deletionTimestamp === undefined) return ' is there';
  const asked = Date.parse(deletionTimestamp) - 1000 * deletionGracePeriodSeconds;
  const at = Number.isNaN(asked) ? deletionTimestamp : utcSeconds(asked / 1000);
  return ` is being deleted, since ${at}`;
}

function progressOf({ metadata, status = {} }: SeiNode): string {
  const { phase = 'Pending', plan, conditions = [] } = status;
  const task = plan?.phase === 'Active' && plan.tasks.find(({ status }) => status === 'Pending');
  const held = conditions.find(({ type, status }) => type === 'SidecarTLSSecretReady' && status !== 'True');
  const why = held ? `: ${held.reason}, ${held.message}` : task ? `: ${task.type}` : '';
  return `SeiNode ${metadata.name} is ${phase}${why}`;
}

function strangers({ metadata, spec }: SeiNode): string {
  const tls = tlsSettingOf({ spec });
  const setting = tls === null ? 'without TLS' : `with TLS of Secret ${tls}`;
  return `SeiNode ${metadata.name} was made anew by somebody else, ${setting} (UID ${metadata.uid}): it is left alone`;
}

function policyOf({ volume }: Seen): string | undefined {
  return volume?.spec?.persistentVolumeReclaimPolicy;
}

function ownersOf({ claim }: Seen): readonly OwnerReference[] {
  return claim?.metadata.ownerReferences ?? [];
}

function ended({ direction }: Journal): Decision {
  return record(direction === 'forward' ? 'Done' : 'Aborted', {});
}

function record(step: Step, known: Partial<Journal>): Decision {
  return { kind: 'record', step, known };
}

function wait(until: Awaited, why: string): Decision {
  return { kind: 'wait', until, why };
}

function stop(why: string): Decision {
  return { kind: 'stop', why };
}
