import type { PersistentVolume } from './seen.ts';

/** What a caller may or may not do (Kubernetes API, authorization.k8s.io/v1 ResourceAttributes). */
export type ResourceAttributes = {
  readonly verb: string;
  /** Empty for the core group. */
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  /** Absent for what has none. */
  readonly namespace?: string;
  /** Absent for any. */
  readonly name?: string;
};

const seiNodes = { group: 'sei.io', resource: 'seinodes' };
const configMaps = { group: '', resource: 'configmaps' };
const persistentVolumes = { group: '', resource: 'persistentvolumes' };

/** What a toggle writes of a node, beside its claim and volume. @param verify whether it ends with a handshake. */
export function rightsOverNode(namespace: string, name: string, verify: boolean): ResourceAttributes[] {
  // Sent as GET, for which newer API servers ask for create as well (AuthorizePodWebsocketUpgradeCreatePermission).
  const forward = { group: '', resource: 'pods', subresource: 'portforward', namespace };
  return [
    { verb: 'patch', ...seiNodes, namespace, name },
    { verb: 'delete', ...seiNodes, namespace, name },
    { verb: 'create', ...seiNodes, namespace },
    { verb: 'create', ...configMaps, namespace },
    { verb: 'update', ...configMaps, namespace },
    ...(verify ? ['get', 'create'].map(verb => ({ verb, ...forward })) : []),
  ];
}

/** What it writes of the node's claim. */
export function rightOverClaim(namespace: string, name: string): ResourceAttributes {
  return { verb: 'patch', group: '', resource: 'persistentvolumeclaims', namespace, name };
}

/** What it writes of a volume; nothing where that is Retain already. @param name absent where nobody may know it. */
export function rightOverVolume(name?: string): ResourceAttributes {
  return { verb: 'patch', ...persistentVolumes, ...(name !== undefined && { name }) };
}

/** What it reads of a volume whose name nobody may know. */
export const rightToReadVolumes: ResourceAttributes = { verb: 'get', ...persistentVolumes };

/** Whether a caller was denied something of a kind. */
export function isDenied(denied: readonly ResourceAttributes[], verb: string, resource: string): boolean {
  return denied.some(right => right.verb === verb && right.resource === resource);
}

/** Whether a volume stays as its claim goes. */
export function isRetained(volume: PersistentVolume | undefined): boolean {
  return volume?.spec?.persistentVolumeReclaimPolicy === 'Retain';
}

/**
 * All that the caller may not do, reads and writes, in one refusal; none where nothing is missing.
 *
 * @param volume one that is Retain needs no patch.
 */
export function rightsRefusal(
  denied: readonly ResourceAttributes[],
  volume: PersistentVolume | undefined,
): string[] {
  const missing = denied.filter(
    ({ verb, resource }) =>
      !(verb === 'patch' && resource === persistentVolumes.resource && isRetained(volume)),
  );
  if (missing.length === 0) return [];
  const sentences = [...new Set(missing.map(sentenceOf))].toSorted().join(', ');
  const withoutVerify = missing.some(({ subresource }) => subresource === 'portforward')
    ? '; --no-verify does without pods/portforward'
    : '';
  return [`no permission to ${sentences}: ${grantOf(missing)} with these verbs is needed${withoutVerify}`];
}

/** `create pods/portforward in the namespace arctic`. */
function sentenceOf({ verb, group, resource, subresource, namespace }: ResourceAttributes): string {
  const what = `${resource}${group === '' ? '' : `.${group}`}${subresource === undefined ? '' : `/${subresource}`}`;
  return `${verb} ${what}${namespace === undefined ? '' : ` in the namespace ${namespace}`}`;
}

function grantOf(missing: readonly ResourceAttributes[]): string {
  const namespaces = [...new Set(missing.map(({ namespace }) => namespace))].toSorted();
  return namespaces
    .map(namespace => (namespace === undefined ? 'a ClusterRole' : `a Role in ${namespace}`))
    .join(' and ');
}
