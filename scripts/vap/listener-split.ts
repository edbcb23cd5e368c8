import { type CELFinding, findings } from './listener-findings.ts';
import { variables } from './listener-variables.ts';
import type { CELPolicy } from './policy.ts';

const label = 'sei.io/node';

/** Rule listener-split of the pod template of a StatefulSet. */
export const ofStatefulSets: CELPolicy = {
  ...common('object.spec.template.spec'),
  name: 'listener-split-statefulsets',
  about: [
    'The pod template decides what the next pod is, so that whoever writes one is told, the operator too: what it',
    'builds passes. A template that stays as it is goes through, however old it is.',
    'Denied: each reason opens the way to the tasks of a validator, or keeps its pod from getting ready.',
  ],
  resources: {
    apiGroup: 'apps',
    apiVersion: 'v1',
    resource: 'statefulsets',
    operations: ['CREATE', 'UPDATE'],
  },
  matchConditions: {
    'runs-a-node': `'${label}' in object.spec.template.metadata.?labels.orValue({})`,
    'template-changes': "request.operation == 'CREATE' || object.spec.template != oldObject.spec.template",
  },
};

/** The same of a Pod that nobody's template was judged for. */
export const ofPods: CELPolicy = {
  ...common('object.spec'),
  name: 'listener-split-pods',
  about: [
    'Pods that somebody makes by hand, or gives the label later. Those of the StatefulSet controller go through: their',
    'template was judged when it was written, or is older than this policy, and a node must get its pod back.',
    'Denied: each reason opens the way to the tasks of a validator, or keeps its pod from getting ready.',
  ],
  resources: { apiGroup: '', apiVersion: 'v1', resource: 'pods', operations: ['CREATE', 'UPDATE'] },
  label,
  matchConditions: {
    'runs-a-node': `'${label}' in object.metadata.?labels.orValue({})`,
    'not-before': `request.operation == 'CREATE' || !('${label}' in oldObject.metadata.?labels.orValue({}))`,
    'not-of-a-template': `
!(request.userInfo.username in ['system:serviceaccount:kube-system:statefulset-controller', 'system:kube-controller-manager'])`,
  },
};

function common(podSpec: string): Pick<CELPolicy, 'rule' | 'variables' | 'findings' | 'actions'> {
  return {
    rule: 'listener-split',
    variables: { pod: podSpec, ...variables, found: findings.map(said).join(' +\n') },
    findings: 'found',
    actions: ['Deny'],
  };
}

function said({ reason, when, message, fix }: CELFinding): string {
  return `(${when.trim()} ?\n  ['${reason}: ${message}; ${fix}'] : [])`;
}
