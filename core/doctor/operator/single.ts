import type { SeiNode } from '../../seinode.ts';
import { managersOf } from '../../toggle/managers.ts';
import { type Deployment, liveDeployments, statusWriters } from '../../toggle/operator.ts';
import type { Lease } from '../facts.ts';
import { fail, pass, skipped, type Verdict, warn } from '../verdict.ts';
import { isHeld, keyOf } from './leader.ts';
import { nameOf } from './ready.ts';

const fix =
  'keep one: kubectl scale deployment NAME -n NAMESPACE --replicas=0 for the other, and delete it once all is well';
/** Milliseconds within which both have written of one node. */
const lately = 3_600_000;

/**
 * Whether one operator alone reconciles SeiNodes. Deployments in one namespace share a Lease and take turns; those in two
 * have one each, and both work at once.
 *
 * @param leases in every namespace. @param now RFC 3339.
 */
export function operatorSingle(
  operators: readonly Deployment[],
  leases: readonly Lease[],
  nodes: readonly SeiNode[],
  now: string,
): Verdict {
  const live = liveDeployments(operators).filter(({ spec }) => spec?.replicas !== 0);
  const held = leases.filter(lease => isHeld(lease, now));
  const fought = foughtOver(nodes, now);
  const details = [
    ...(live.length > 1 ? live.map(nameOf) : []),
    ...(held.length > 1
      ? held.map(lease => `Lease ${keyOf(lease)} is held by ${lease.spec?.holderIdentity}`)
      : []),
    ...fought,
  ];
  if (held.length > 1) {
    return fail(`${held.length} operators lead at once, in ${namespacesOf(held)}`, fix, details);
  }
  if (live.length > 1) {
    const namespaces = new Set(live.map(({ metadata }) => metadata.namespace));
    const how = namespaces.size > 1 ? 'each by a Lease of its own' : 'and take turns by one Lease';
    return fail(`${live.length} operators are deployed, ${how}`, fix, details);
  }
  if (fought[0] !== undefined) return warn(fought[0], fix, fought);
  return live.length === 0 ? skipped('no operator is deployed') : pass('one operator reconciles SeiNodes');
}

/** Nodes whose status both operators have written lately: by managedFields, so a hint where nothing else is seen. */
function foughtOver(nodes: readonly SeiNode[], now: string): string[] {
  return nodes.flatMap(node => {
    const recent = managersOf(node).filter(
      ({ subresource, time }) =>
        subresource === 'status' && Date.parse(now) - Date.parse(String(time)) < lately,
    );
    const kinds = new Set(recent.map(({ manager }) => statusWriters.get(String(manager))));
    return kinds.has('ours') && kinds.has('reference')
      ? [`SeiNode ${node.metadata.namespace}/${node.metadata.name} has a status of both within the last hour`]
      : [];
  });
}

function namespacesOf(leases: readonly Lease[]): string {
  return leases
    .map(({ metadata }) => metadata.namespace)
    .toSorted()
    .join(' and ');
}
