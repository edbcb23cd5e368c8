import { randomUUID } from 'node:crypto';
import type { Client } from '../../cluster/client.ts';
import type { SeiNode } from '../../core/seinode.ts';
import type { Journal } from '../../core/toggle/journal.ts';
import type { Seen } from '../../core/toggle/seen.ts';
import { durations, Hold, type Holder, NotHolding } from './hold.ts';
import { listJournals, pruneJournals, type Stored } from './journals.ts';
import { whoAmI } from './options.ts';
import type { Progress } from './progress.ts';
import type { Result } from './report.ts';
import { interrupted, run } from './run.ts';

/** What every toggle of a command has in common. */
export type Driver = {
  readonly client: Client;
  readonly progress: Progress;
  readonly verify: (node: SeiNode, signal: AbortSignal) => Promise<string | undefined>;
  readonly signal: AbortSignal;
  readonly wait: boolean;
};

/** Begins a toggle and takes it as far as it goes. @throws ClusterError where it could not begin. */
export function begin(driver: Driver, journal: Journal, found?: Omit<Seen, 'verified'>): Promise<Result> {
  const taken = () => Hold.begin(driver.client, holder(), journal, driver.signal);
  return holding(
    driver,
    journal.node,
    taken,
    { message: `tls history ${journal.node.name} tells whether it has begun` },
    found,
  );
}

/**
 * Takes over a toggle, forward or back, and takes it as far as it goes.
 *
 * @param known what is different from now on.
 * @throws ClusterError where it could not be taken over.
 */
export function goOn(driver: Driver, stored: Stored, known: Partial<Journal>): Promise<Result> {
  const waiting = (why: string) => driver.progress.waiting(stored.journal, why);
  const taken = () => Hold.take(driver.client, holder(), stored, known, waiting, driver.signal);
  return holding(driver, stored.journal.node, taken, { journal: stored.journal });
}

/** @param known of where it stands, while it is not held. */
async function holding(
  driver: Driver,
  { namespace, name }: Journal['node'],
  taken: () => Promise<Hold>,
  known: Pick<Result, 'journal' | 'message'>,
  found?: Omit<Seen, 'verified'>,
): Promise<Result> {
  let hold: Hold | undefined;
  try {
    hold = await taken();
    return await driven(driver, hold, found);
  } catch (error) {
    if (error instanceof NotHolding) {
      // Where it stands is for who has it to say.
      return { namespace, name, outcome: hold ? 'Stopped' : 'Refused', message: error.message };
    }
    if (!driver.signal.aborted) throw error;
    const { kind, why } = interrupted(driver.signal);
    return { namespace, name, outcome: kind, ...known, ...(why !== undefined && { message: why }) };
  }
}

/** @throws NotHolding once another has it. */
async function driven(driver: Driver, hold: Hold, found?: Omit<Seen, 'verified'>): Promise<Result> {
  const { kind, why } = await run({ ...driver, hold }, found);
  driver.progress.over(hold.journal);
  const isOver = kind === 'Done' || kind === 'Aborted';
  if (isOver) await prune(driver.client, hold.journal);
  else await hold.release();
  const { journal } = hold;
  return { ...journal.node, outcome: kind, journal, ...(why !== undefined && { message: why }) };
}

/** Those that are too old; that they stay hurts nobody. */
async function prune(client: Client, { node, number }: Journal): Promise<void> {
  if (number <= 10) return;
  await listJournals(client, node.namespace, node.name)
    .then(all => pruneJournals(client, all))
    .catch(() => {});
}

function holder(): Holder {
  const now = () => ({ monotonic: performance.now(), wall: Date.now() });
  return { identity: `${whoAmI()} ${randomUUID()}`, durations, now };
}
