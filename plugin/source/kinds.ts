import type { FieldFault } from '../../core/schema/structural.ts';
import { shown } from '../../core/schema/text.ts';

const sei = ['SeiNode', 'SeiNodeDeployment', 'SeiNodeTask'];
const core = (
  'Binding ComponentStatus ConfigMap Endpoints Event LimitRange List Namespace Node PersistentVolume ' +
  'PersistentVolumeClaim Pod PodTemplate ReplicationController ResourceQuota Secret Service ServiceAccount'
).split(' ');
const policies = 'networking.k8s.io/v1';
const builtin = /^(apps|autoscaling|batch|extensions|policy|([a-z.-]+\.)?k8s\.io)$/;

/** Kinds that say who reaches whom, or how a node is run. */
const ofNetwork = new Set([
  `${policies} NetworkPolicy`,
  'v1 Pod',
  'v1 Namespace',
  'v1 Service',
  'apps/v1 StatefulSet',
]);

/** Whether objects of this kind decide who reaches a node, or tell how it is run. */
export function isOfNetwork(apiVersion: string, kind: string): boolean {
  return ofNetwork.has(`${apiVersion} ${kind}`);
}

/** Why the API server would not know an object's kind, with what was probably meant; undefined where it may. */
export function kindFault(apiVersion: string, kind: string): FieldFault | undefined {
  if (!/^([a-z0-9.-]+\/)?[a-z0-9]+$/.test(apiVersion))
    return wrongVersion(`${shown(apiVersion)} is not GROUP/VERSION or v1`);
  const group = apiVersion.includes('/') ? apiVersion.split('/')[0]! : '';
  if (kind === 'NetworkPolicy' && apiVersion !== policies && (builtin.test(group) || !group.includes('.')))
    return wrongVersion(`must be ${policies} for NetworkPolicy, not ${shown(apiVersion)}`);
  if (apiVersion === policies && kind !== 'NetworkPolicy' && isNear(kind, 'NetworkPolicy'))
    return wrongKind(apiVersion, kind, 'did you mean NetworkPolicy?');
  if (group === 'sei.io' || sei.includes(kind)) return judged(apiVersion, kind, sei, 'sei.io/v1alpha1');
  if (apiVersion === 'v1' || (core.includes(kind) && (group === '' || builtin.test(group))))
    return judged(apiVersion, kind, core, 'v1');
  return group === ''
    ? wrongVersion(`${shown(apiVersion)} is unknown: without a group only v1 exists`)
    : undefined;
}

function judged(
  apiVersion: string,
  kind: string,
  known: readonly string[],
  right: string,
): FieldFault | undefined {
  if (known.includes(kind))
    return apiVersion === right
      ? undefined
      : wrongVersion(`must be ${right} for ${kind}, not ${shown(apiVersion)}`);
  const near = known.find(other => isNear(kind, other));
  return wrongKind(
    apiVersion,
    kind,
    near === undefined ? `known are ${known.join(', ')}` : `did you mean ${near}?`,
  );
}

function isNear(kind: string, known: string): boolean {
  return distance(known.toLowerCase(), kind.toLowerCase()) <= 2;
}

function wrongKind(apiVersion: string, kind: string, hint: string): FieldFault {
  return { field: 'kind', message: `${shown(kind)} is unknown in ${apiVersion}: ${hint}` };
}

function wrongVersion(message: string): FieldFault {
  return { field: 'apiVersion', message };
}

/** Levenshtein's distance, of short words. */
function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return 3;
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
