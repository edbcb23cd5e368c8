import { setTimeout } from 'node:timers/promises';
import type { Client } from '../../cluster/client.ts';
import { ClusterError } from '../../cluster/error.ts';
import type { SeiNode } from '../../core/seinode.ts';
import { decide } from '../../core/toggle/decide.ts';
import type { Decision } from '../../core/toggle/decision.ts';
import type { Seen } from '../../core/toggle/seen.ts';
import { act, type Write } from './act.ts';
import { type Hold, NotHolding } from './hold.ts';
import { look, lookAtNode, lookAtVolume, lookBehind } from './look.ts';
import type { Progress } from './progress.ts';
import { NodeWatch } from './wait.ts';

/** How a toggle came to its end, or to where it goes on later. */
export type Outcome = {
  readonly kind: 'Done' | 'Aborted' | 'Stopped' | 'Interrupted';
  /** Why it stopped: one sentence. */
  readonly why?: string;
};

export type Run = {
  readonly client: Client;
  readonly hold: Hold;
  readonly progress: Progress;
  /** The handshake at the end. @returns why it failed; undefined where all is well. @throws ClusterError */
  readonly verify: (node: SeiNode, signal: AbortSignal) => Promise<string | undefined>;
  /** Aborted to end it: by the user, or as its time is over, with the reason as an Error. */
  readonly signal: AbortSignal;
  /** Whether it waits for the node to be Running. */
  readonly wait: boolean;
};

/** At least so often others hear of who works on it. */
const heartbeat = 5_000;
/** Faults in a row, each after twice the pause, until it stops. */
const patience = 6;
const firstPause = 200;

/**
 * Takes a toggle as far as it goes. What is next is always found from what the cluster shows (`decide`), also after a
 * write that nobody knows whether it was done.
 *
 * @param found what was seen just now. @throws NotHolding once another has it.
 */
export async function run(of: Run, found?: Omit<Seen, 'verified'>): Promise<Outcome> {
  const view = new View(of, found);
  for (let faults = 0; ; ) {
    try {
      const outcome = await view.step();
      if (outcome) return outcome;
      faults = 0;
    } catch (error) {
      if (of.signal.aborted) return interrupted(of.signal);
      if (!(error instanceof ClusterError)) throw error;
      view.forget();
      const isQuota = isExceededQuota(error);
      faults += 1;
      if (!isQuota && (faults >= patience || !isPassing(error)))
        return { kind: 'Stopped', why: error.message };
      of.progress.waiting(of.hold.journal, isQuota ? `there is no room: ${error.message}` : error.message);
      const pause = isQuota ? heartbeat : firstPause * 2 ** faults;
      await setTimeout(pause, undefined, { signal: of.signal }).catch(() => {});
    }
  }
}

/** What is known of the cluster, and the next step from there. */
class View {
  readonly #of: Run;
  readonly #watch: NodeWatch;
  #seen: Omit<Seen, 'verified'> | undefined;
  /** Whether nothing has been waited for since all was looked at: what is grave needs that. */
  #isFresh = true;
  /** UID. */
  #verified: string | undefined;
  #pause = firstPause;
  #conflicts = 0;

  constructor(of: Run, found: Omit<Seen, 'verified'> | undefined) {
    this.#of = of;
    this.#watch = new NodeWatch(of.client, of.hold.journal, of.signal);
    this.#seen = found;
  }

  /** After a fault nothing is known. */
  forget(): void {
    this.#seen = undefined;
  }

  /** @returns an outcome where it goes no further. @throws ClusterError @throws NotHolding */
  async step(): Promise<Outcome | undefined> {
    const { hold, progress, signal } = this.#of;
    if (signal.aborted) return interrupted(signal);
    const seen = await this.#look();
    const decision = decide(hold.journal, seen);
    if (isGrave(decision) && !this.#isFresh) {
      await this.#lookAgain(seen);
      return undefined;
    }
    this.#note(decision);
    progress.doing(hold.journal, decision);
    switch (decision.kind) {
      case 'ended':
        return { kind: hold.journal.step === 'Done' ? 'Done' : 'Aborted' };
      case 'stop':
        await this.#assureIfPossible();
        return { kind: 'Stopped', why: decision.why };
      case 'record':
        await hold.record(decision.step, now(), decision.known);
        return undefined;
      case 'verify':
        return this.#verify(decision.node);
      case 'wait':
        return this.#wait(decision, seen);
      default:
        return this.#write(decision, seen);
    }
  }

  async #look(): Promise<Seen> {
    if (this.#seen === undefined) {
      this.#isFresh = true;
      this.#seen = await look(this.#of.client, this.#of.hold.journal);
    }
    const uid = this.#seen.node?.metadata.uid;
    return { ...this.#seen, verified: uid !== undefined && uid === this.#verified };
  }

  /** Where there is a node, only the volume is in question. */
  async #lookAgain(seen: Seen): Promise<void> {
    if (seen.node === undefined) return this.forget();
    const { client, hold } = this.#of;
    this.#seen = { ...seen, ...(await lookAtVolume(client, hold.journal)) };
    this.#isFresh = true;
  }

  async #write(write: Write, seen: Seen): Promise<undefined> {
    const { client, hold } = this.#of;
    await hold.assure();
    try {
      this.#seen = await act(client, hold.journal, seen, write);
      this.#conflicts = 0;
    } catch (error) {
      this.#conflicts += 1;
      if (!isConflict(error) || !isOfNode(write) || this.#conflicts >= patience) throw error;
      // A controller has written to the node meanwhile: all else is as it was seen.
      this.#seen = { ...seen, node: await lookAtNode(client, hold.journal) };
      this.#isFresh &&= this.#seen.node !== undefined;
    }
  }

  /** Where another has it by now, that is why it stops; what else is wrong with the journal is not. @throws NotHolding */
  async #assureIfPossible(): Promise<void> {
    await this.#of.hold.assure().catch(error => {
      if (error instanceof NotHolding) throw error;
    });
  }

  async #verify(node: SeiNode): Promise<Outcome | undefined> {
    const { hold, verify, signal } = this.#of;
    await hold.assure();
    const fault = await verify(node, signal);
    this.#isFresh = false;
    if (fault !== undefined) return { kind: 'Stopped', why: fault };
    this.#verified = node.metadata.uid;
    hold.pass('Verified', now());
    return undefined;
  }

  async #wait({ until, why }: Extract<Decision, { kind: 'wait' }>, seen: Seen): Promise<Outcome | undefined> {
    const { client, hold, progress, signal, wait } = this.#of;
    if (until === 'Running' && !wait)
      return { kind: 'Stopped', why: `${why}; nobody waits for it (--wait=false)` };
    progress.waiting(hold.journal, why);
    await hold.assure();
    if (until === 'no pod' || seen.node === undefined) {
      await setTimeout(this.#pause, undefined, { signal });
      this.#pause = Math.min(2 * this.#pause, 2_000);
      this.forget();
      return undefined;
    }
    const node = await this.#watch.next(seen.node, heartbeat);
    this.#isFresh = node === undefined;
    // Where nothing becomes of it for a while, its volume or pod may tell why.
    const isChanged = node !== undefined && node !== seen.node;
    this.#seen = isChanged ? { ...seen, node } : { node, ...(await lookBehind(client, hold.journal)) };
    return undefined;
  }

  /** Steps that nothing waits for are written with the next one. */
  #note(decision: Decision): void {
    const { hold } = this.#of;
    if (decision.kind === 'record' && decision.step === 'Deleting') hold.pass('Protected', now());
    if (decision.kind === 'create node') hold.pass('Deleted', now());
    if (decision.kind === 'verify') hold.pass('Running', now());
  }
}

/** What would lose a volume, a node or the journal's word if the cluster were not as it seems. */
function isGrave(decision: Decision): boolean {
  const { kind } = decision;
  if (kind === 'record') return decision.step === 'Done' || decision.step === 'Aborted';
  if (kind === 'set reclaim policy') return decision.policy !== 'Retain';
  return kind === 'delete node' || kind === 'create node' || kind === 'put ownerReference back';
}

function isOfNode({ kind }: Write): boolean {
  return kind === 'delete node' || kind === 'keep node' || kind === 'set import';
}

function isConflict(error: unknown): boolean {
  return error instanceof ClusterError && error.fault.status === 409;
}

/** How it ended: its time was over, or it was asked to end. */
export function interrupted({ reason }: AbortSignal): Outcome {
  return reason instanceof Error && reason.name !== 'AbortError'
    ? { kind: 'Stopped', why: reason.message }
    : { kind: 'Interrupted' };
}

/** What may be otherwise when it is tried again: no answer, a conflict, something that has just gone, a busy server. */
function isPassing({ fault: { status } }: ClusterError): boolean {
  return status === undefined || status === 404 || status === 409 || status === 429 || status >= 500;
}

/** ResourceQuota refuses what may be allowed once something else is gone, or it is reckoned (Kubernetes API, resource quotas). */
function isExceededQuota({ fault: { status }, message }: ClusterError): boolean {
  return status === 403 && /exceeded quota|status unknown for quota/.test(message);
}

function now(): string {
  return new Date().toISOString();
}
