import type { Client } from '../../cluster/client.ts';
import { ClusterError } from '../../cluster/error.ts';
import { listAll } from '../../cluster/list.ts';
import { apiVersionOf, daemonSets, metadataOf, type Resource } from '../../cluster/resource.ts';
import { servedKinds } from '../../cluster/served.ts';
import { caveatsOf, type Obstacle } from '../../core/network/caveats.ts';
import { enforcementCaveats } from '../../core/network/enforcement.ts';
import {
  type ForeignKind,
  foreignKind,
  foreignObstacle,
  isForeignGroup,
} from '../../core/network/foreign.ts';
import type { Caveat } from '../../core/network/network.ts';
import { type Fields, isFields } from '../../core/schema/structural.ts';

/** What was found, and whether something may not be read. */
export type Looked = { readonly caveats: readonly Caveat[]; readonly isPart: boolean };

/**
 * Looks for what NetworkPolicies alone cannot answer for: policies of other kinds, and a network plugin that does not
 * enforce any. What may not be read is one more such thing.
 *
 * @throws ClusterError where the API server does not answer.
 */
export async function lookForCaveats(client: Client): Promise<Looked> {
  const { kinds, errors } = await servedKinds(client, isForeignGroup);
  if (errors[0] !== undefined) throw errors[0];
  let isPart = false;
  const orForbidden = <T>(asking: Promise<T[]>, otherwise: T): Promise<T[]> =>
    asking.catch(error => {
      const status = error instanceof ClusterError ? error.fault.status : undefined;
      // It was taken away since the server said what it serves.
      if (status === 404) return [];
      if (status !== 403) throw error;
      isPart = true;
      return [otherwise];
    });
  const lists = kinds.map(async resource => {
    const foreign = foreignKind(apiVersionOf(resource), resource.kind);
    return foreign === undefined ? [] : orForbidden(obstacles(client, foreign, resource), unlisted(resource));
  });
  const plugins = listAll(client, { resource: daemonSets });
  const [found, enforcement] = await Promise.all([
    Promise.all(lists),
    orForbidden(
      plugins.then(({ items }) => enforcementCaveats(items)),
      unseen,
    ),
  ]);
  return { caveats: [...caveatsOf(found.flat()), ...enforcement], isPart };
}

async function obstacles(client: Client, foreign: ForeignKind, listed: Resource): Promise<Obstacle[]> {
  const resource = metadataOf(listed);
  // One says as much as all where they hold everywhere.
  const items = foreign.namespaced
    ? (await listAll(client, { resource })).items
    : (await client.get({ verb: 'list', resource }, { limit: '1' })).items;
  return (items as readonly Fields[]).map(({ metadata }) => {
    const { namespace, name } = isFields(metadata) ? metadata : {};
    return foreignObstacle(foreign, namespace as string | undefined, String(name));
  });
}

function unlisted({ kind, plural, group }: Resource): Obstacle {
  return { kind, does: `may decide, but the operator may not list ${plural}.${group}` };
}

const unseen: Caveat = {
  why: 'whether NetworkPolicies are enforced is not known: the operator may not list daemonsets.apps',
  effect: 'opens',
};
