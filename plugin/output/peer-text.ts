import type { LabelSelector, NetworkPolicyPeer } from '../../core/network/network-policy.ts';
import type { NetworkInput, Through } from '../../core/network/question.ts';
import { policyKey } from '../../core/network/reach.ts';

/** What lets somebody in, `arctic/sidecar ingress[0].from[1]`: the fields as kubectl names them. */
export function throughText(input: NetworkInput, { policy, rule, peer }: Through): string {
  return `${policyKey(input, policy)} ingress[${rule}]${peer === null ? '' : `.from[${peer}]`}`;
}

/** Whom it means: `pods app=api of namespace default`. */
export function peerText({ policies }: NetworkInput, { policy, rule, peer }: Through): string {
  const written = policies[policy];
  const given = peer === null ? undefined : written?.spec?.ingress?.[rule]?.from?.[peer];
  return given === undefined ? 'everybody' : whom(given, written?.metadata.namespace ?? '');
}

function whom({ ipBlock, namespaceSelector, podSelector }: NetworkPolicyPeer, own: string): string {
  if (ipBlock) {
    const { cidr, except = [] } = ipBlock;
    return `addresses in ${cidr}${except.length === 0 ? '' : ` but not ${except.join(', ')}`}`;
  }
  const pods = selectorText(podSelector);
  return `${pods === '' ? 'every pod' : `pods ${pods}`} of ${namespacesText(namespaceSelector, own)}`;
}

function namespacesText(selector: LabelSelector | undefined, own: string): string {
  if (selector === undefined) return `namespace ${own}`;
  const text = selectorText(selector);
  const [, name] = /^kubernetes\.io\/metadata\.name=([^,]+)$/.exec(text) ?? [];
  if (name !== undefined) return `namespace ${name}`;
  return text === '' ? 'every namespace' : `namespaces ${text}`;
}

/** A label selector as kubectl's -l takes it; empty for one that selects everything. */
export function selectorText({ matchLabels = {}, matchExpressions = [] }: LabelSelector = {}): string {
  const expressions = matchExpressions.map(({ key, operator, values = [] }) => {
    if (operator === 'Exists') return key;
    if (operator === 'DoesNotExist') return `!${key}`;
    return `${key} ${operator.toLowerCase()} (${values.join(',')})`;
  });
  return [...Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`), ...expressions].join(',');
}
