import type { Template } from '../../core/network/template.ts';
import { toJSON, toYAML } from './structured.ts';

/** Templates as documents to apply. */
export function templatesText(format: 'yaml' | 'json', templates: readonly Template[]): string {
  if (format === 'yaml') return templates.map(templateYAML).join('---\n');
  const policies = templates.map(({ policy }) => policy);
  const [first] = policies;
  return toJSON(first && policies.length === 1 ? first : { apiVersion: 'v1', kind: 'List', items: policies });
}

/** A template as YAML, with a comment on what it leaves open and one on each rule. */
function templateYAML({ policy, purposes }: Template): string {
  const { ingress = [], ...spec } = policy.spec ?? {};
  const rules = ingress.map((rule, at) => `    # ${at}: ${purposes[at]}\n${indented(toYAML([rule]))}`);
  return `${opening}${toYAML({ ...policy, spec })}  ingress:\n${rules.join('')}`;
}

const opening = `# Who reaches the pods of SeiNodes in a namespace. It leaves open, whatever it says:
# - to everybody: what the last rule names;
# - to the pod's own machine: its kubelet, its processes and its pods with hostNetwork;
# - to who has pods/portforward or pods/exec: RBAC guards these;
# - what any other policy opens: policies add up, and none closes what another opens;
# - egress, which is not isolated: a node dials its peers;
# - everything, where the network plugin enforces no NetworkPolicy.
`;

function indented(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '    ');
}
