import { setTimeout } from 'node:timers/promises';
import type { Client } from '../../cluster/client.ts';
import { ClusterError } from '../../cluster/error.ts';
import {
  type Durations,
  held,
  type Moment,
  released,
  type Sighting,
  sight,
  timeLeft,
} from '../../core/leader-election.ts';
import { holderOf, type Kept } from '../../core/toggle/config-map.ts';
import { isEnded, type Journal, recorded, type Step } from '../../core/toggle/journal.ts';
import { createJournal, readJournal, type Stored, updateJournal } from './journals.ts';

/** Another works on the toggle, or has it now. */
export class NotHolding extends Error {}

/** Who works on a toggle, and for how long others leave it to them without a sign of life. */
export type Holder = {
  /** `USER@HOST`, and what tells this process from others of theirs. */
  readonly identity: string;
  readonly durations: Durations;
  readonly now: () => Moment;
};

export const durations: Durations = { lease: 15_000, renewDeadline: 10_000, retryPeriod: 5_000 };

/**
 * A journal that this process alone writes: each write says that it was the last one, so whoever has taken the toggle
 * over meanwhile is found out, also after the machine has slept.
 */
export class Hold {
  readonly #client: Client;
  readonly #holder: Holder;
  #stored: Stored;
  #renewedAt: Moment;
  /** What has been passed since the last write. */
  #passed: { readonly step: Step; readonly at: string }[] = [];

  private constructor(client: Client, holder: Holder, stored: Stored, renewedAt: Moment) {
    this.#client = client;
    this.#holder = holder;
    this.#stored = stored;
    this.#renewedAt = renewedAt;
  }

  /** Writes a new journal. @throws NotHolding where another toggle was faster. @throws ClusterError */
  static begin(client: Client, holder: Holder, journal: Journal, signal: AbortSignal): Promise<Hold> {
    return patiently(signal, () => Hold.#beginNow(client, holder, journal));
  }

  static async #beginNow(client: Client, holder: Holder, journal: Journal): Promise<Hold> {
    const now = holder.now();
    const kept = { journal, lease: held(undefined, holder.identity, now, holder.durations) };
    try {
      return new Hold(client, holder, await createJournal(client, kept), now);
    } catch (error) {
      // Where no answer came, or another's, the cluster tells whose it is.
      if (!isDoubtful(error)) throw error;
      const found = await readJournal(client, kept);
      if (found === undefined) throw error;
      if (!found.ok) throw new NotHolding(found.error);
      if (found.value.lease.holderIdentity === holder.identity)
        return new Hold(client, holder, found.value, now);
      throw new NotHolding(whoHolds(found.value));
    }
  }

  /**
   * Takes over a journal that nobody works on: at once where its holder has let go, else once nothing has been heard of
   * them for as long as they have promised.
   *
   * @param known what is different from now on. @param waiting told once, where it has to wait. @throws NotHolding where
   * the holder gives a sign of life. @throws ClusterError
   */
  static async take(
    client: Client,
    holder: Holder,
    stored: Stored,
    known: Partial<Journal>,
    waiting: (why: string) => void,
    signal: AbortSignal,
  ): Promise<Hold> {
    const { lease } = stored;
    if ((lease.holderIdentity ?? '') !== '') {
      const patience = (lease.leaseDurationSeconds ?? 0) * 1000 || holder.durations.lease;
      waiting(`${whoHolds(stored)}; this goes on in ${patience / 1000} s, unless they do`);
      await setTimeout(patience, undefined, { signal });
      const found = await readJournal(client, stored);
      if (found === undefined) throw new NotHolding('the journal of this toggle was deleted meanwhile');
      if (!found.ok) throw new NotHolding(found.error);
      if (!isUnchanged(stored, found.value)) throw new NotHolding(whoHolds(found.value));
    }
    const hold = new Hold(client, holder, stored, holder.now());
    const { journal } = stored;
    const isOther = Object.keys(known).length > 0;
    const next = isOther ? recorded(journal, journal.step, new Date().toISOString(), known) : journal;
    await patiently(signal, () => hold.#write(next));
    return hold;
  }

  get journal(): Journal {
    return this.#stored.journal;
  }

  /** A step that the cluster shows; it is written with the next write. @param at RFC 3339. */
  pass(step: Step, at: string): void {
    const { times, direction } = this.journal;
    const isKnown = [...times, ...this.#passed.map(passed => ({ ...passed, direction }))].some(
      each => each.step === step && each.direction === direction,
    );
    if (!isKnown) this.#passed.push({ step, at });
  }

  /** @throws NotHolding @throws ClusterError */
  async record(step: Step, at: string, known: Partial<Journal>): Promise<void> {
    await this.#write(recorded(this.#withPassed(), step, at, known));
  }

  /** Makes sure, before anything is written elsewhere, that nobody else works on it. @throws NotHolding @throws ClusterError */
  async assure(): Promise<void> {
    const { now, durations } = this.#holder;
    if (timeLeft(this.#renewedAt, now(), durations.retryPeriod) <= 0) await this.#write(this.#withPassed());
  }

  /** Lets go, so that others need not wait. What is in doubt stays as it is: it ends by itself. */
  async release(): Promise<void> {
    const lease = released(this.#stored.lease, this.#holder.now());
    const kept = { journal: this.#withPassed(), lease };
    this.#stored = await updateJournal(this.#client, this.#stored, kept).catch(() => this.#stored);
  }

  #withPassed(): Journal {
    return this.#passed.reduce((journal, { step, at }) => recorded(journal, step, at), this.journal);
  }

  /** @throws NotHolding where the journal is not as this process has left it. */
  async #write(journal: Journal): Promise<void> {
    const { identity, durations, now } = this.#holder;
    const at = now();
    // Nobody waits for who has ended.
    const before = this.#stored.lease;
    const lease = isEnded(journal) ? released(before, at) : held(before, identity, at, durations);
    const kept = { journal, lease };
    try {
      this.#stored = await updateJournal(this.#client, this.#stored, kept);
    } catch (error) {
      if (!isDoubtful(error)) throw error;
      await this.#makeSure(kept, at, error);
    }
    this.#renewedAt = at;
    this.#passed = [];
  }

  /** After a write that nobody knows whether it was done. @throws that error where it was not. @throws NotHolding */
  async #makeSure(kept: Kept, at: Moment, error: unknown): Promise<void> {
    const { identity, durations } = this.#holder;
    const found = await readJournal(this.#client, this.#stored);
    if (found === undefined) {
      if (timeLeft(this.#renewedAt, at, durations.lease) <= 0) {
        throw new NotHolding('the journal of this toggle was deleted meanwhile');
      }
      // Nobody else can have it yet, and nothing else knows what the node was.
      this.#stored = await createJournal(this.#client, kept);
      return;
    }
    if (!found.ok) throw new NotHolding(found.error);
    const { lease, resourceVersion } = found.value;
    const isAsLeft = resourceVersion === this.#stored.resourceVersion;
    const isDone =
      lease.renewTime === kept.lease.renewTime && lease.holderIdentity === kept.lease.holderIdentity;
    if (!isAsLeft && !isDone && lease.holderIdentity !== identity)
      throw new NotHolding(whoHolds(found.value));
    this.#stored = found.value;
    if (!isDone) throw error;
  }
}

/** Nothing goes on without the journal, and nobody else can go on with what has not begun: it is tried for a while. */
async function patiently<T>(signal: AbortSignal, write: () => Promise<T>): Promise<T> {
  for (let faults = 1; ; faults += 1) {
    try {
      return await write();
    } catch (error) {
      if (!isDoubtful(error) || faults === 5) throw error;
      await setTimeout(200 * 2 ** faults, undefined, { signal });
    }
  }
}

/** `alice@laptop works on it since …, last heard of at …`; or who let go of it. */
function whoHolds({ lease, journal }: Stored): string {
  const { acquireTime, renewTime } = lease;
  const who = holderOf(lease);
  if (who === undefined)
    return `another went on with the toggle of SeiNode ${journal.node.name} meanwhile, and left it at ${journal.step}, at ${renewTime}`;
  return `${who} works on the toggle of SeiNode ${journal.node.name} since ${acquireTime}, last heard of at ${renewTime}`;
}

function isUnchanged(before: Stored, after: Stored): boolean {
  const start: Moment = { monotonic: 0, wall: 0 };
  const seen: Sighting = { spec: before.lease, since: 0 };
  return sight(seen, after.lease, start) === seen && before.resourceVersion === after.resourceVersion;
}

/** Whether the write may have been done, or met another, or what it was for is gone. */
function isDoubtful(error: unknown): boolean {
  if (!(error instanceof ClusterError)) return false;
  const { status } = error.fault;
  return status === undefined || status === 404 || status === 409 || status >= 500;
}
