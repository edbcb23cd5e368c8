import { printable } from '../../core/schema/text.ts';

const sei = ['SeiNode', 'SeiNodeDeployment', 'SeiNodeTask'];
const core = (
  'Binding ComponentStatus ConfigMap Endpoints Event LimitRange List Namespace Node PersistentVolume ' +
  'PersistentVolumeClaim Pod PodTemplate ReplicationController ResourceQuota Secret Service ServiceAccount'
).split(' ');
const builtin = /^(apps|autoscaling|batch|extensions|policy|([a-z.-]+\.)?k8s\.io)$/;

/** Why the API server would not know an object's kind, with what was probably meant; undefined where it may. */
export function kindFault(apiVersion: string, kind: string): string | undefined {
  const [group = '', version = ''] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  if (!/^([a-z0-9.-]+\/)?[a-z0-9]+$/.test(apiVersion)) {
    return `apiVersion ${printable(apiVersion)} is not GROUP/VERSION or v1`;
  }
  if (group === 'sei.io') return unknownKind(apiVersion, kind, sei, 'sei.io/v1alpha1');
  if (sei.includes(kind))
    return `apiVersion of ${kind} must be sei.io/v1alpha1, not ${printable(apiVersion)}`;
  if (group === '')
    return version === 'v1' || !core.includes(kind)
      ? coreFault(kind, version)
      : wrongVersion(kind, apiVersion);
  return core.includes(kind) && builtin.test(group) ? wrongVersion(kind, apiVersion) : undefined;
}

function coreFault(kind: string, version: string): string | undefined {
  return version === 'v1'
    ? unknownKind('v1', kind, core, 'v1')
    : `apiVersion ${printable(version)} is unknown: without a group only v1 exists`;
}

function wrongVersion(kind: string, apiVersion: string): string {
  return `apiVersion of ${kind} must be v1, not ${printable(apiVersion)}`;
}

function unknownKind(
  apiVersion: string,
  kind: string,
  known: readonly string[],
  right: string,
): string | undefined {
  if (known.includes(kind)) {
    return apiVersion === right
      ? undefined
      : `apiVersion of ${kind} must be ${right}, not ${printable(apiVersion)}`;
  }
  const near = known.find(other => distance(other.toLowerCase(), kind.toLowerCase()) <= 2);
  const hint = near === undefined ? `known are ${known.join(', ')}` : `did you mean ${near}?`;
  return `kind ${printable(kind)} is unknown in ${apiVersion}: ${hint}`;
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
