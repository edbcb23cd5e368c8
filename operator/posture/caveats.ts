import type { Client } from '../../cluster/client.ts';
import { ClusterError } from '../../cluster/error.ts';
import { listAll } from '../../cluster/list.ts';
import { apiVersionOf, daemonSets, metadataOf, type Resource } from '../../cluster/resource.ts';
import { servedKinds } from '../../cluster/served.ts';
import { caveatsOf, type Obstacle } from '../../core/network/caveats.ts';
import { enforcementCaveats } from '../../core/network/enforcement.ts';
import { type ForeignKind, foreignKind, foreignKinds, foreignObstacle } from '../../core/network/foreign.ts';
import type { Caveat } from '../../core/network/network.ts';
import { type Fields, isFields } from '../../core/schema/structural.ts';

/** Milliseconds between two looks; and until the next where one failed. */
const [between, soon] = [300_000, 30_000];

export type FollowOptions = {
  readonly signal: AbortSignal;
  /** Waits so many milliseconds, or until the signal. */
  readonly wait: (milliseconds: number) => Promise<unknown>;
  /** Told after every look. */
  readonly found: (caveats: readonly Caveat[]) => void;
  /** Told where there was no answer; what was found before holds. */
  readonly failed: (error: unknown) => void;
};

/** Looks again and again until the signal: no watch tells of what somebody installs. */
export async function followCaveats(
  look: () => Promise<readonly Caveat[]>,
  { signal, wait, found, failed }: FollowOptions,
): Promise<void> {
  while (!signal.aborted) {
    let next = between;
    try {
      found(await look());
    } catch (error) {
      failed(error);
      next = soon;
    }
    await wait(next);
  }
}

/**
 * Looks for what NetworkPolicies alone cannot answer for: policies of other kinds, and a network plugin that does not
 * enforce any. What may not be read is one more such thing.
 *
 * @throws ClusterError where the API server does not answer.
 */
export async function lookForCaveats(client: Client): Promise<Caveat[]> {
  const groups = new Set(foreignKinds.map(({ group }) => group));
  const { kinds, errors } = await servedKinds(client, group => groups.has(group));
  if (errors[0] !== undefined) throw errors[0];
  const lists = kinds.map(async resource => {
    const foreign = foreignKind(apiVersionOf(resource), resource.kind);
    return foreign === undefined ? [] : obstacles(client, foreign, resource);
  });
  const [found, enforcement] = await Promise.all([Promise.all(lists), pluginCaveats(client)]);
  return [...caveatsOf(found.flat()), ...enforcement];
}

async function obstacles(client: Client, foreign: ForeignKind, resource: Resource): Promise<Obstacle[]> {
  const metadata = metadataOf(resource);
  try {
    // One says as much as all where they hold everywhere.
    const items = foreign.namespaced
      ? (await listAll(client, { resource: metadata })).items
      : await first(client, metadata);
    return items.map(({ metadata }) => {
      const { namespace, name } = isFields(metadata) ? metadata : {};
      return foreignObstacle(foreign, namespace as string | undefined, String(name));
    });
  } catch (error) {
    const status = statusOf(error);
    // It was taken away since the server said what it serves.
    if (status === 404) return [];
    if (status !== 403) throw error;
    return [{ kind: resource.kind, does: `may decide, but the operator may not list ${nameOf(resource)}` }];
  }
}

async function first(client: Client, resource: Resource): Promise<Fields[]> {
  const { items } = await client.get({ verb: 'list', resource }, { limit: '1' });
  return Array.isArray(items) ? items.filter(isFields) : [];
}

async function pluginCaveats(client: Client): Promise<Caveat[]> {
  try {
    return enforcementCaveats((await listAll(client, { resource: daemonSets })).items);
  } catch (error) {
    if (statusOf(error) !== 403) throw error;
    const why = `whether NetworkPolicies are enforced is not known: the operator may not list ${nameOf(daemonSets)}`;
    return [{ why, effect: 'opens' }];
  }
}

function nameOf({ plural, group }: Resource): string {
  return `${plural}.${group}`;
}

function statusOf(error: unknown): number | undefined {
  return error instanceof ClusterError ? error.fault.status : undefined;
}
