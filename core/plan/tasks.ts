import { uuidV5 } from '../uuid.ts';

/** Where a task runs, what ends it, and how often it is tried again after a failure. */
export type TaskKind = {
  /** `operator`: on the Kubernetes API; `sidecar`: sent to the node's sidecar. */
  readonly runsOn: 'operator' | 'sidecar';
  /** `submission`: done as soon as the sidecar has taken it; snapshot-upload and result-export go on for ever. */
  readonly doneAt: 'submission' | 'completion';
  readonly maxRetries: number;
};

const onOperator: TaskKind = { runsOn: 'operator', doneAt: 'completion', maxRetries: 0 };
const awaited: TaskKind = { runsOn: 'sidecar', doneAt: 'completion', maxRetries: 0 };
const submitted: TaskKind = { runsOn: 'sidecar', doneAt: 'submission', maxRetries: 0 };

const kinds: Readonly<Record<string, TaskKind>> = {
  'ensure-data-pvc': onOperator,
  'validate-signing-key': onOperator,
  'validate-node-key': onOperator,
  'validate-operator-keyring': onOperator,
  'deploy-bootstrap-service': onOperator,
  'deploy-bootstrap-job': onOperator,
  'await-bootstrap-complete': onOperator,
  'teardown-bootstrap': onOperator,
  'apply-rbac-proxy-config': onOperator,
  'apply-statefulset': onOperator,
  'apply-service': onOperator,
  'replace-pod': { ...onOperator, maxRetries: 3 },
  'observe-image': onOperator,
  'generate-identity': awaited,
  'generate-gentx': awaited,
  // The role that may write to the bucket takes some minutes to be known.
  'upload-genesis-artifacts': { ...awaited, maxRetries: 20 },
  'snapshot-restore': awaited,
  // Half an hour and more, so that someone can put genesis.json where the sidecar looks for it.
  'configure-genesis': { ...awaited, maxRetries: 180 },
  'config-apply': awaited,
  // Peers that are created together answer only after some minutes.
  'discover-peers': { ...awaited, maxRetries: 20 },
  // peers.json is written after genesis.json: it may come a moment later.
  'set-genesis-peers': { ...awaited, maxRetries: 20 },
  'configure-state-sync': awaited,
  'config-validate': submitted,
  'snapshot-upload': submitted,
  'result-export': submitted,
  'mark-ready': submitted,
};

/** What is known of a task type; undefined for one that is not served. */
export function taskKind(type: string): TaskKind | undefined {
  return Object.hasOwn(kinds, type) ? kinds[type] : undefined;
}

/** The namespace of task ids: that of existing fleets, so that a plan taken over has the ids it would have here. */
const taskNamespace = 'b7e89c3a-4f12-4d8b-9a6e-1c2d3e4f5a6b';

/** The id of a task (contract §3): the same for the same place in the same plan, so that it can be sent twice. */
export function taskID(planID: string, type: string, index: number): string {
  return uuidV5(taskNamespace, `${planID}/${type}/${index}`);
}
