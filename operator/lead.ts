import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Client } from '../cluster/client.ts';
import { durations } from '../core/leader-election.ts';
import type { Log } from '../core/log.ts';
import { alone } from './leader-election/alone.ts';
import { type ElectionOptions, elect } from './leader-election/elect.ts';
import { clock, type Fence } from './leader-election/fence.ts';
import { Member } from './leader-election/group.ts';
import { leaseName, leasesOf } from './leader-election/leases.ts';
import { Rivals } from './leader-election/rivals.ts';
import { waiting } from './waiting.ts';

export type LeadOptions = {
  /** The election's own. */
  readonly client: Client;
  readonly fence: Fence;
  /** As whom it leads together with others; else it leads alone. */
  readonly group?: string | undefined;
  readonly log: Log;
  readonly stop: AbortSignal;
  /** Works while this replica leads, until `stop`; resolves once nothing is written any more. */
  readonly work: () => Promise<void>;
};

/**
 * Waits until this replica leads, then works until it is to stop or leads no more.
 *
 * @returns whether it ended as it was told to; else another replica may lead by now, and this process must end.
 */
export async function lead({ client, fence, group, log, stop, work }: LeadOptions): Promise<boolean> {
  const release = new AbortController();
  const started = Promise.withResolvers<'started'>();
  const identity = group ?? ownIdentity();
  log.info('waits to lead', { lease: leaseName, namespace: client.namespace, identity });
  const leases = leasesOf(client, client.namespace);
  const options: ElectionOptions = {
    ...{ leases, identity, durations, fence, clock, random: Math.random },
    wait: waiting,
    signal: release.signal,
    started: () => started.resolve('started'),
    follows: holder => log.info('the Lease is held', { holder: holder || 'by nobody' }),
    failed: error => log.error(error, 'the Lease cannot be read or written'),
  };
  const election = group === undefined ? elect(options) : elect(options, new Member({ ...options, leases }));
  const stopped = aborted(stop);
  if ((await Promise.race([started.promise, stopped, election])) === 'started') {
    const rivals = new Rivals(client, clock, durations);
    const isAlone = alone({ rivals, fence, durations, log, wait: waiting, signal: release.signal });
    if ((await Promise.race([isAlone, stopped, election])) === 'alone') {
      log.info('leads', { identity });
      await Promise.race([work(), election]);
    }
    if (fence.signal.aborted) {
      log.error(fence.signal.reason, 'leads no more: the operator ends at once');
      return false;
    }
  }
  release.abort();
  await election;
  return true;
}

/** Of this process alone, and named after its pod. */
export function ownIdentity(): string {
  return `${hostname()}_${randomUUID()}`;
}

/** Resolves with the signal. */
export function aborted(signal: AbortSignal): Promise<'aborted'> {
  if (signal.aborted) return Promise.resolve('aborted');
  return new Promise(resolve => signal.addEventListener('abort', () => resolve('aborted'), { once: true }));
}
