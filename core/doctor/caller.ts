import { type CommandRight, commandRights } from '../command-rights.ts';
import type { ResourceAttributes } from '../toggle/rights.ts';
import { pass, type Verdict, warn } from './verdict.ts';

type Right = Omit<ResourceAttributes, 'namespace'> & {
  /** Of what has no namespace, or is read in all. */
  readonly everywhere?: true;
};

/** What each command needs at every run. A namespace is added where the caller works in one. */
export const commands: Readonly<Record<string, readonly Right[]>> = {
  list: neededBy('list'),
  'tls-check': neededBy('tls check'),
  inspect: neededBy('inspect'),
  'policy-check': neededBy('policy check'),
  'netpol-reach': neededBy('netpol reach'),
  plan: neededBy('plan'),
  'tls-verify': neededBy('tls verify'),
  'tls-toggle': neededBy('tls enable'),
  'tls-history': neededBy('tls history'),
};

function neededBy(command: string): Right[] {
  const needed = ({ when, without }: CommandRight) => when === undefined && without === undefined;
  return (commandRights[command] ?? [])
    .filter(needed)
    .map(({ where, ...right }) => ({ ...right, ...(where === 'cluster' && { everywhere: true }) }));
}

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
