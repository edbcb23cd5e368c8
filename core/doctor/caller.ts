import { type ResourceAttributes, rightOverVolume, rightsOverNode } from '../toggle/rights.ts';
import { pass, type Verdict, warn } from './verdict.ts';

const core = { group: '' };
const nodes = { group: 'sei.io', resource: 'seinodes' };
const secrets = { verb: 'get', ...core, resource: 'secrets' };
const listed = (group: string, ...resources: readonly string[]) =>
  resources.map(resource => ({ verb: 'list', group, resource }));
const network = [
  ...listed('networking.k8s.io', 'networkpolicies'),
  ...listed('', 'pods'),
  { verb: 'list', ...core, resource: 'namespaces', everywhere: true },
  { verb: 'list', group: 'apps', resource: 'daemonsets', everywhere: true },
];
const forward = ['get', 'create'].map(verb => ({
  ...{ verb, ...core, resource: 'pods', subresource: 'portforward' },
}));

type Right = Omit<ResourceAttributes, 'namespace'> & {
  /** Of what has no namespace, or is read in all. */
  readonly everywhere?: true;
};

/** What each command needs. A namespace is added where the caller works in one. */
export const commands: Readonly<Record<string, readonly Right[]>> = {
  list: [{ verb: 'list', ...nodes }, secrets],
  'tls-check': [{ verb: 'list', ...nodes }, secrets],
  inspect: [
    ...[{ verb: 'get', ...nodes }, secrets, ...network],
    ...listed('apps', 'statefulsets'),
    ...listed('', 'services', 'events'),
    { verb: 'get', ...core, resource: 'persistentvolumeclaims' },
  ],
  'policy-check': [{ verb: 'list', ...nodes }, secrets, ...network, ...listed('apps', 'statefulsets')],
  'netpol-reach': [{ verb: 'list', ...nodes }, ...network],
  plan: [{ verb: 'get', ...nodes }],
  'tls-verify': [{ verb: 'get', ...nodes }, secrets, ...forward],
  'tls-toggle': [
    ...rightsOverNode('', '', true).map(({ namespace, name, ...right }) => right),
    { verb: 'patch', ...core, resource: 'persistentvolumeclaims' },
    { ...rightOverVolume(), everywhere: true },
  ],
  'tls-history': listed('', 'configmaps'),
};

/** The rights that commands need, each once. @param namespace absent for every one. */
export function rightsOf(namespace: string | undefined): ResourceAttributes[] {
  const all = Object.values(commands)
    .flat()
    .map(right => attributesOf(right, namespace));
  return [...new Map(all.map(right => [keyOf(right), right])).values()];
}

/** Whether a command works for the caller. It says nothing against the cluster. */
export function callerMay(
  needed: readonly Right[],
  denied: readonly ResourceAttributes[],
  namespace: string | undefined,
): Verdict {
  const where = namespace === undefined ? 'in every namespace' : `in the namespace ${namespace}`;
  const lacking = new Set(denied.map(keyOf));
  const missing = needed
    .map(right => attributesOf(right, namespace))
    .filter(right => lacking.has(keyOf(right)));
  return missing.length === 0
    ? pass(`works ${where}`)
    : warn(
        `no permission to ${missing.map(sentenceOf).join(', ')} ${where}`,
        'ask for a Role, or a ClusterRole, with these verbs',
      );
}

function attributesOf({ everywhere, ...right }: Right, namespace: string | undefined): ResourceAttributes {
  return { ...right, ...(everywhere === undefined && namespace !== undefined && { namespace }) };
}

function keyOf({ verb, group, resource, subresource = '', namespace = '' }: ResourceAttributes): string {
  return JSON.stringify([verb, group, resource, subresource, namespace]);
}

function sentenceOf({ verb, group, resource, subresource }: ResourceAttributes): string {
  return `${verb} ${resource}${group === '' ? '' : `.${group}`}${subresource === undefined ? '' : `/${subresource}`}`;
}
