import { modes } from '../../core/seinode.ts';
import type { CELPolicy } from './policy.ts';

const seinodes = { apiGroup: 'sei.io', apiVersion: 'v1alpha1', resource: 'seinodes' } as const;

/** A label, a finalizer or a status must never wait for a spec that is older than the rule. */
const specChanges = { 'spec-changes': "request.operation == 'CREATE' || object.?spec != oldObject.?spec" };
/** The CRD lets a SeiNode be without a spec, and says nothing of it then. */
const hasSpec = { 'has-spec': 'has(object.spec)' };

const recreate =
  'delete and recreate the SeiNode with its volume kept (set spec.dataVolume.import.pvcName first)';

/** Rule tls-immutable, with the words of the CRD's own CEL. */
export const tlsImmutable: CELPolicy = {
  rule: 'tls-immutable',
  name: 'tls-immutable',
  about: [
    'What the CRD of kubectl-seinode says by itself, for clusters whose CRD does not say it (yet).',
    'Denied: nothing but a new pod, Service port and certificate can follow the edit.',
  ],
  resources: { ...seinodes, operations: ['UPDATE'] },
  matchConditions: specChanges,
  variables: {
    before: 'oldObject.?spec.?sidecar.?tls',
    after: 'object.?spec.?sidecar.?tls',
    change: `
variables.before == variables.after ? '' :
!variables.before.hasValue() ? 'added' :
!variables.after.hasValue() ? 'removed' : 'changed'`,
    found: `
variables.change == '' ? [] :
['spec.sidecar.tls is immutable; delete + recreate the SeiNode to change TLS configuration (it would be '
  + variables.change + '): put it back, or ${recreate}']`,
  },
  findings: 'found',
  actions: ['Deny'],
};

/** Rule node-mode, as the CRD's own CEL decides of a spec. */
export const nodeMode: CELPolicy = {
  rule: 'node-mode',
  name: 'node-mode',
  about: [
    'What the CRD says by itself, for clusters whose CRD does not say it (yet); and of a SeiNode without any spec.',
    'Denied: of a node without a mode, or with two, nothing can be made.',
  ],
  resources: { ...seinodes, operations: ['CREATE', 'UPDATE'] },
  matchConditions: specChanges,
  variables: {
    modes: modesOfSpec(),
    found: `
(size(variables.modes) == 1 ? [] :
  ['exactly one of fullNode, archive, replayer and validator must be set, not '
    + (size(variables.modes) == 0 ? 'none' : variables.modes.join(' and ')) + ': leave one of them']) +
(!object.?spec.?replayer.hasValue() || size(object.?spec.?peers.orValue([])) > 0 ? [] :
  ['a replayer needs peers: name one source in spec.peers'])`,
  },
  findings: 'found',
  actions: ['Deny'],
};

/** The part of rule label-contract that one SeiNode tells of: reason Overridden. */
export const labelContract: CELPolicy = {
  rule: 'label-contract',
  name: 'label-contract',
  about: [
    'spec.podLabels cannot set the labels of the contract. A warning: the operator writes its own values over them,',
    'so that nothing is opened; whoever selects by the other value selects nothing.',
  ],
  resources: { ...seinodes, operations: ['CREATE', 'UPDATE'] },
  matchConditions: { ...hasSpec, ...specChanges },
  variables: {
    labels: 'object.spec.?podLabels.orValue({})',
    modes: modesOfSpec(),
    role: "size(variables.modes) != 1 ? '' : variables.modes[0] == 'fullNode' ? 'node' : variables.modes[0]",
    contract: `
{
  'sei.io/node': string(object.metadata.name),
  'sei.io/chain': string(object.spec.chainId),
  'sei.io/role': variables.role
}`,
    found: `
['sei.io/node', 'sei.io/chain', 'sei.io/role']
  .filter(key, key in variables.labels && variables.contract[key] != ''
    && variables.labels[key] != variables.contract[key])
  .map(key, 'Overridden: spec.podLabels sets ' + key + ', but the pod carries ' + key + ': '
    + variables.contract[key] + '; remove it from spec.podLabels')`,
  },
  findings: 'found',
  actions: ['Warn', 'Audit'],
};

/** The modes that the spec sets, by name. */
function modesOfSpec(): string {
  return modes.map(mode => `(object.?spec.?${mode}.hasValue() ? ['${mode}'] : [])`).join(' +\n');
}
