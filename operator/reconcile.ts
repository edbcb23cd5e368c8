import { ClusterError } from '../cluster/error.ts';
import { seiNodes } from '../cluster/resource.ts';
import { eventsOf, type NodeEvent } from '../core/plan/events.ts';
import { nextLook } from '../core/plan/next-look.ts';
import { statusPatch } from '../core/plan/status-patch.ts';
import { writeAt } from '../core/plan/write-delay.ts';
import { storedFaults } from '../core/schema/stored.ts';
import type { SeiNode } from '../core/seinode.ts';
import type { Asks } from './asks.ts';
import type { Caches } from './caches.ts';
import { addFinalizer, finalizerName } from './finalizer.ts';
import type { Gate, Judgement } from './gate.ts';
import { observe } from './observe.ts';
import type { Posture } from './posture/posture.ts';
import { postureNow } from './posture/posture-now.ts';
import type { Progress } from './progress.ts';
import { type Reached, type Running, runPlan } from './run-plan.ts';
import { tendRunning } from './running-node.ts';
import type { Again, Delay } from './workers.ts';

export type Reconciling = Running & {
  readonly caches: Pick<Caches, 'mayReconcile' | 'areWhole'>;
  readonly gate: Pick<Gate, 'judge'>;
  readonly posture: Pick<Posture, 'of'>;
  readonly asks: Pick<Asks, 'next' | 'forget'>;
  readonly progress: Progress;
  readonly recorder: { readonly record: (node: SeiNode, told: readonly NodeEvent[]) => void };
  /** Told of what is worth a line and stops nothing. */
  readonly troubled: (where: string, error: unknown) => void;
};

/** What is wrong with a node, by the object that the cache has: it is frozen, and looked at a dozen times. */
const knownFaults = new WeakMap<SeiNode, ReturnType<typeof storedFaults>>();

/** Milliseconds after which a key is looked at again whose own last write the caches do not know yet. */
const soon = 100;

/**
 * Brings one node nearer to what its spec says: the steps in their order, and one write of status at most, two where a plan is begun.
 *
 * @param key NAMESPACE/NAME. @returns when it is to be looked at again although nothing changes.
 * @throws ClusterError for what the API refuses or leaves open: the key is then tried again, later each time.
 */
export async function reconcile(key: string, around: Reconciling): Promise<Again> {
  // Also of a node that is gone: what is known by the caches is waited for no more.
  const mayReconcile = around.caches.mayReconcile(key);
  const node = stored(key, around);
  if (node === undefined) {
    around.asks.forget(key);
    around.progress.forget(key);
    // What was under way as it went may have wished for a look in a year, as its certificate expires.
    return 'gone';
  }
  // Every key is woken once they are.
  if (!around.caches.areWhole()) return undefined;
  if (!mayReconcile) return soon;
  // What a node needs to run, it does not need to go.
  const [fault] = node.metadata.deletionTimestamp ? [] : faultsOf(node);
  if (fault !== undefined) throw new Error(`SeiNode ${key}: ${fault.field} ${fault.message}`);
  try {
    return await steps(key, node, around);
  } catch (error) {
    // Another write came first: the key is woken as the cache hears of it, were it that its watch stands still for now.
    if (error instanceof ClusterError && error.fault.status === 409) return 'requeue';
    throw error;
  }
}

async function steps(key: string, node: SeiNode, around: Reconciling, isAgain = false): Promise<Delay> {
  // What goes and has no finalizer of ours was never begun here.
  if (node.metadata.deletionTimestamp && !node.metadata.finalizers?.includes(finalizerName)) return undefined;
  const owned = await addFinalizer(node, around.objects);
  const judgedAt = around.now();
  const judgement = await around.gate.judge(owned, judgedAt);
  const { facts: posture, again } = await postureNow(owned, around);
  const observed = { ...observe(owned, judgement?.verdict, around), posture };
  const reached = await runPlan(key, owned, observed, around);
  const { written, again: saved } = await saveStatus(key, owned, reached, around);
  // The answer says all that the event of this write will: what was stored is begun, on what is observed by now.
  if (written && reached.step.kind === 'created' && !isAgain) return steps(key, written, around, true);
  const troubled = (error: unknown) => around.troubled(`SeiNode ${key}`, error);
  const isSteady = reached.status.phase === 'Running' && reached.step.kind === 'steady';
  const tended = isSteady ? await tendRunning(owned, around.objects, troubled) : undefined;
  const looked = lookAgain(reached, judgement, judgedAt, around.now());
  return [saved, tended, again, looked].reduce(earliest);
}

function faultsOf(node: SeiNode): ReturnType<typeof storedFaults> {
  const known = knownFaults.get(node);
  if (known !== undefined) return known;
  const faults = storedFaults(node);
  knownFaults.set(node, faults);
  return faults;
}

function stored(key: string, { objects }: Reconciling): SeiNode | undefined {
  const [namespace = '', name = ''] = key.split('/');
  return objects.cached(seiNodes, namespace, name) as SeiNode | undefined;
}

/** Writes what is new in the status, unless that may wait. @returns the node as it then is, or milliseconds until it may wait no more. */
async function saveStatus(
  key: string,
  node: SeiNode,
  { status, fault, refusal }: Reached,
  around: Reconciling,
): Promise<{ readonly written?: SeiNode; readonly again?: number }> {
  const patch = statusPatch(node.status, status);
  if (patch === undefined) {
    around.progress.saved(key);
    return {};
  }
  const now = around.now().getTime();
  const left = writeAt(node.status, status, around.progress.waiting(key, fault, now)) - now;
  if (left > 0) return { again: left };
  const { metadata } = await around.objects.patchStatus(node, patch.status);
  // As often as it is written, and no more.
  if (refusal !== undefined) around.troubled(`SeiNode ${key}`, refusal);
  around.progress.saved(key);
  around.progress.confirm(key, status.plan);
  if ('resolvedPeers' in patch.status) around.progress.wrotePeers(key, now);
  const written = { ...node, metadata: metadata as SeiNode['metadata'], status };
  around.recorder.record(written, eventsOf(node.status, status));
  return { written };
}

/** What has changed since the node was judged, while its plan ran, is still to be seen: a certificate that expired. */
function lookAgain(
  { step, status }: Reached,
  judgement: Judgement | undefined,
  judgedAt: Date,
  now: Date,
): Delay {
  const moment = nextLook(step, status, judgement?.validity, judgedAt);
  const again = moment && Math.max(0, moment.getTime() - now.getTime());
  return judgement?.verdict.reason === 'Unavailable' ? earliest(again, 5_000) : again;
}

function earliest(one: Delay, other: Delay): Delay {
  return one === undefined || other === undefined ? (one ?? other) : Math.min(one, other);
}
