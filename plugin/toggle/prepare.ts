import type { Client } from '../../cluster/client.ts';
import { ClusterError } from '../../cluster/error.ts';
import { modesOf } from '../../core/seinode.ts';
import { holderOf } from '../../core/toggle/config-map.ts';
import { isEnded, type Journal } from '../../core/toggle/journal.ts';
import { type Preflight, preflight } from '../../core/toggle/preflight.ts';
import { preparedJournal } from '../../core/toggle/prepared.ts';
import type { ResourceAttributes } from '../../core/toggle/rights.ts';
import type { Seen } from '../../core/toggle/seen.ts';
import manifest from '../../package.json' with { type: 'json' };
import { type FactsRequest, gatherFacts } from './facts.ts';
import { type Found, listJournals } from './journals.ts';
import { whoAmI } from './options.ts';

/** Which toggle is wanted. */
export type Request = Omit<FactsRequest, 'now'>;

/** A toggle that could begin, or why it cannot. */
export type Prepared = Preflight & {
  readonly request: Request;
  /** Absent where it is refused for want of a volume, or there is nothing to do. */
  readonly journal?: Journal;
  readonly seen: Seen;
  /** Whether something of it could not be read. */
  readonly isPartial: boolean;
};

/** Looks at all that a toggle needs, and changes nothing. @throws ClusterError where it cannot be looked at. */
export async function prepare(client: Client, request: Request): Promise<Prepared> {
  const { namespace, name } = request;
  const now = new Date().toISOString();
  const [gathered, known] = await Promise.all([
    gatherFacts(client, { ...request, now }),
    orForbidden(listJournals(client, namespace, name)),
  ]);
  const journals = known ?? [];
  // All that is missing is said at once.
  const unlisted: ResourceAttributes = { verb: 'list', group: '', resource: 'configmaps', namespace };
  const facts = known ? gathered : { ...gathered, denied: [...gathered.denied, unlisted] };
  const found = preflight(facts);
  const open = unfinished(journals);
  const { seen } = facts;
  const number = 1 + Math.max(0, ...journals.map(found => (found.ok ? found.value.journal.number : 0)));
  const beginning = {
    number,
    who: whoAmI(),
    pluginVersion: manifest.version,
    verify: request.verify,
    at: now,
  };
  const journal = seen.node && preparedJournal(seen.node, seen, { ...beginning, to: request.to });
  return {
    ...found,
    request,
    // What is as wanted now is not where an unfinished toggle may take it, nor does its volume go back by itself.
    already: found.already && open.length === 0,
    refusals: [...open, ...found.refusals],
    ...(journal && !found.already && { journal }),
    seen,
    isPartial: facts.denied.some(
      ({ verb, subresource }) => subresource === undefined && (verb === 'get' || verb === 'list'),
    ),
  };
}

export function isValidator({ seen: { node } }: Pick<Prepared, 'seen'>): boolean {
  return node !== undefined && modesOf(node.spec).includes('validator');
}

/** @returns undefined where the caller may not. @throws ClusterError for every other fault. */
async function orForbidden<T>(read: Promise<T>): Promise<T | undefined> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof ClusterError && error.fault.status === 403) return undefined;
    throw error;
  }
}

/** Two toggles of one node would each protect and let go of the same volume. */
function unfinished(journals: readonly Found[]): string[] {
  return journals.flatMap(found => {
    if (!found.ok) return [found.error];
    const { journal, lease } = found.value;
    if (isEnded(journal)) return [];
    const { who, times, step, node } = journal;
    const holder = holderOf(lease);
    const now = holder ? `, and ${holder} works on it, last heard of at ${lease.renewTime}` : '';
    return [
      `the toggle that ${who} began at ${times[0]?.at} is unfinished (${step})${now}: tls resume ${node.name} goes on with it, tls abort ${node.name} takes it back`,
    ];
  });
}
