import type { Snapshot } from '../mode-specs.ts';
import { type PlannedTask, type SeiNode, type TaskPlan, tlsSecretName } from '../seinode.ts';
import { taskParams } from './params.ts';
import { snapshotGenerationOf, snapshotOf } from './spec.ts';
import { taskID, taskKind } from './tasks.ts';

/** What an init plan finds. */
export type InitFacts = {
  /** The volume already carries the chain: nothing is restored or state-synced. */
  readonly bootstrapped?: boolean | undefined;
  /** A pod is there already, of a former plan: unless it is of the new template it is replaced (OnDelete). */
  readonly pod?: boolean | undefined;
};

/**
 * The plan from nothing to Running (contract §3).
 *
 * @param planID a UUID that no plan had before.
 */
export function initPlan(node: SeiNode, planID: string, { bootstrapped, pod }: InitFacts = {}): TaskPlan {
  const types = [
    'ensure-data-pvc',
    ...keyTasks(node),
    ...(tlsSecretName(node) === undefined ? [] : ['apply-rbac-proxy-config']),
    'apply-statefulset',
    'apply-service',
    ...(pod ? ['replace-pod'] : []),
    ...sidecarTasks(node, bootstrapped ? undefined : snapshotOf(node)),
  ];
  return { ...plan(node, planID, types), failedPhase: 'Failed' };
}

/** The plan that rolls another image out on a Running node (contract §3); its failure leaves the node Running. */
export function imageUpdatePlan(node: SeiNode, planID: string): TaskPlan {
  const types = ['apply-statefulset', 'apply-service', 'replace-pod', 'observe-image', 'mark-ready'];
  return plan(node, planID, types);
}

/** The plan for a Running node whose sidecar lost readiness (contract §3). */
export function markReadyPlan(node: SeiNode, planID: string): TaskPlan {
  return plan(node, planID, ['mark-ready']);
}

/** What a plan is for. `other`: made by another operator for something not served here. */
export type PlanKind = 'init' | 'image update' | 'mark-ready' | 'other';

/** What a stored plan is for, told by its tasks: the reference controller's plans have no other mark. */
export function planKind({ tasks }: TaskPlan): PlanKind {
  const types = tasks.map(({ type }) => type);
  if (types.includes('observe-image')) return 'image update';
  if (types.includes('ensure-data-pvc')) return 'init';
  return types.length === 1 && types[0] === 'mark-ready' ? 'mark-ready' : 'other';
}

/** The image that a plan has put into the StatefulSet; undefined where it has not, or does not say. */
export function appliedImage({ tasks }: TaskPlan): string | undefined {
  const applied = tasks.find(({ type, status }) => type === 'apply-statefulset' && status === 'Complete');
  const image = applied?.params?.image;
  return typeof image === 'string' ? image : undefined;
}

function plan(node: SeiNode, planID: string, types: readonly string[]): TaskPlan {
  const tasks = types.map((type, index): PlannedTask => {
    const params = taskParams(node, type);
    const maxRetries = taskKind(type)?.maxRetries ?? 0;
    return {
      type,
      id: taskID(planID, type, index),
      status: 'Pending',
      ...(params && { params }),
      ...(maxRetries > 0 && { maxRetries }),
    };
  });
  return { id: planID, phase: 'Active', tasks, targetPhase: 'Running' };
}

function keyTasks({ spec: { validator } }: SeiNode): string[] {
  return [
    ...(validator?.signingKey?.secret ? ['validate-signing-key'] : []),
    ...(validator?.nodeKey?.secret ? ['validate-node-key'] : []),
    ...(validator?.operatorKeyring?.secret ? ['validate-operator-keyring'] : []),
  ];
}

function sidecarTasks(node: SeiNode, snapshot: Snapshot | undefined): string[] {
  const publishes = snapshotGenerationOf(node)?.tendermint?.publish !== undefined;
  return [
    ...(snapshot?.s3 ? ['snapshot-restore'] : []),
    'configure-genesis',
    'config-apply',
    ...(node.spec.peers?.length ? ['discover-peers'] : []),
    ...(snapshot ? ['configure-state-sync'] : []),
    'config-validate',
    ...(publishes ? ['snapshot-upload'] : []),
    'mark-ready',
  ];
}
