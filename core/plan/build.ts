import type { Snapshot } from '../mode-specs.ts';
import { bootstrapOf } from '../resources/bootstrap.ts';
import { type PlannedTask, type SeiNode, type TaskPlan, tlsSecretName } from '../seinode.ts';
import { type ResultStore, taskParams } from './params.ts';
import { snapshotGenerationOf, snapshotOf } from './spec.ts';
import { taskID, taskKind } from './tasks.ts';

/** What an init plan finds. */
export type InitFacts = {
  /** The volume already carries the chain: nothing is restored or state-synced. */
  readonly bootstrapped?: boolean | undefined;
  /**
   * Of a former template there may be a pod, or one may come until the StatefulSet controller has seen the new one: unless it
   * is of the new template it is replaced (OnDelete).
   */
  readonly mayHavePod?: boolean | undefined;
  /** Where the results of its blocks go, of a node that exports them. */
  readonly results?: ResultStore | undefined;
  /** A bootstrap Job may be there already, of a former plan: it goes before anything else is done. */
  readonly bootstrapJob?: boolean | undefined;
};

/**
 * The plan from nothing to Running (contract §3).
 *
 * @param planID a UUID that no plan had before.
 */
export function initPlan(
  node: SeiNode,
  planID: string,
  { bootstrapped = false, mayHavePod, bootstrapJob, results }: InitFacts = {},
): TaskPlan {
  const bootstraps = !bootstrapped && bootstrapOf(node) !== undefined;
  const types = [
    ...(bootstrapJob ? ['teardown-bootstrap'] : []),
    'ensure-data-pvc',
    ...keyTasks(node),
    ...(tlsSecretName(node) === undefined ? [] : ['apply-rbac-proxy-config']),
    ...(bootstraps ? bootstrapTasks(node) : []),
    'apply-statefulset',
    'apply-service',
    ...(mayHavePod ? ['replace-pod'] : []),
    ...(node.spec.validator?.genesisCeremony
      ? ceremonyTasks(bootstrapped)
      : sidecarTasks(node, bootstrapped || bootstraps ? undefined : snapshotOf(node))),
    ...uploadTasks(node),
    ...(results === undefined ? [] : ['result-export']),
    'mark-ready',
  ];
  return { ...plan(node, planID, types, results), failedPhase: 'Failed' };
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

/**
 * The plan that gives a Running node the peers that spec.peers asks for now; its failure leaves the node Running. It is
 * tried once: meanwhile nobody would tell a sidecar that has started anew that it may go on.
 */
export function peersPlan(node: SeiNode, planID: string): TaskPlan {
  const made = plan(node, planID, ['discover-peers']);
  return { ...made, tasks: made.tasks.map(({ maxRetries: _, ...task }) => task) };
}

function plan(node: SeiNode, planID: string, types: readonly string[], results?: ResultStore): TaskPlan {
  const tasks = types.map((type, index): PlannedTask => {
    const params = taskParams(node, type, results);
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

/** From the empty volume to the chain at the height (ADR 35): the pod that takes part is the Job's, and it is gone then. */
export function bootstrapTasks(node: SeiNode): string[] {
  return [
    'deploy-bootstrap-service',
    'deploy-bootstrap-job',
    ...sidecarTasks(node, snapshotOf(node)),
    'mark-ready',
    'await-bootstrap-complete',
    'teardown-bootstrap',
  ];
}

/** A validator of a chain that is to begin: whoever assembles the genesis says its peers (docs/spec/genesis.md). */
function ceremonyTasks(bootstrapped: boolean): string[] {
  return [
    ...(bootstrapped ? [] : ['generate-identity', 'generate-gentx', 'upload-genesis-artifacts']),
    'configure-genesis',
    'config-apply',
    'set-genesis-peers',
    'config-validate',
  ];
}

function sidecarTasks(node: SeiNode, snapshot: Snapshot | undefined): string[] {
  return [
    ...(snapshot?.s3 ? ['snapshot-restore'] : []),
    'configure-genesis',
    'config-apply',
    ...(node.spec.peers?.length ? ['discover-peers'] : []),
    ...(snapshot ? ['configure-state-sync'] : []),
    'config-validate',
  ];
}

function uploadTasks(node: SeiNode): string[] {
  return snapshotGenerationOf(node)?.tendermint?.publish === undefined ? [] : ['snapshot-upload'];
}
