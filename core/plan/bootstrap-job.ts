import { controllerOf, isControlledBy, type Owned, ownerName } from '../ownership.ts';
import { isOfBootstrap } from '../resources/labels.ts';
import { bootstrapJobName } from '../resources/names.ts';
import { type SeiNode, tlsSecretName } from '../seinode.ts';
import type { Pod } from './observed.ts';

/** A Job (Kubernetes API, batch/v1): what is read of it. */
export type Job = Owned & {
  readonly status?: {
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly message?: string;
    }[];
  };
};

/** What has become of a node's bootstrap Job. `blocked`: one of its name is in the way, or on its way out. */
export type JobState =
  | { readonly kind: 'running' | 'complete' }
  | { readonly kind: 'failed' | 'blocked'; readonly message: string };

/**
 * What a bootstrap Job comes to. Only the node's own counts: another of its name is neither taken nor deleted.
 *
 * @param job of the name, as the API server has it. @param pods of the node, one of which may tell why it failed.
 */
export function jobState(node: SeiNode, job: Job | undefined, pods: readonly Pod[]): JobState {
  const name = `Job ${bootstrapJobName(node)}`;
  if (job === undefined) return { kind: 'failed', message: `${name} is gone: somebody deleted it` };
  const fault = foreignJob(node, job);
  if (fault !== undefined) return { kind: 'blocked', message: fault };
  if (has(job, 'Complete')) return { kind: 'complete' };
  const failed = has(job, 'Failed');
  if (failed !== undefined) {
    const why = pods
      .filter(pod => isPodOf(job, pod))
      .map(endOf)
      .find(end => end !== undefined);
    return {
      kind: 'failed',
      message: [`${name} failed: ${failed.message}`, ...(why ? [why] : [])].join('; '),
    };
  }
  const { deletionTimestamp } = job.metadata;
  return deletionTimestamp === undefined
    ? { kind: 'running' }
    : { kind: 'blocked', message: `${name} is being deleted, since ${deletionTimestamp}` };
}

/** Why a Job of the name of a node's bootstrap is none of this node; undefined where it is. */
export function foreignJob(node: SeiNode, job: Job): string | undefined {
  if (isControlledBy(job, node)) return undefined;
  const controller = controllerOf(job);
  const whose = controller === undefined ? 'no SeiNode' : ownerName(controller);
  return `Job ${bootstrapJobName(node)} is there already and belongs to ${whose}: it is left alone, delete it`;
}

/** The pod of a bootstrap Job. */
export function bootstrapPod(job: Job | undefined, pods: readonly Pod[]): Pod | undefined {
  const own = job === undefined ? [] : pods.filter(pod => isPodOf(job, pod));
  return own.find(({ metadata }) => !metadata.deletionTimestamp) ?? own[0];
}

/**
 * What stands in the way of a bootstrap, or of what follows it: the pods of a node that are not gone, each with what it is.
 */
export function remainingPods(pods: readonly Pod[]): string | undefined {
  const names = pods.map(
    ({ metadata: { name, deletionTimestamp, ...rest } }) =>
      `Pod ${name}${deletionTimestamp ? ' (being deleted)' : controllerOf({ metadata: { name, ...rest } }) ? '' : ' (nobody manages it: delete it)'}`,
  );
  return names.length === 0 ? undefined : `${names.join(', ')} must go first`;
}

/**
 * A node as its bootstrap pod is to be asked. The controller before put no proxy before it, whatever spec says of TLS: its
 * sidecar is asked as one without TLS, and so without a token.
 */
export function asBootstrapping(node: SeiNode, pod: Pod): SeiNode {
  const isProxied = pod.spec?.initContainers?.some(({ name }) => name === 'kube-rbac-proxy');
  if (tlsSecretName(node) === undefined || isProxied) return node;
  const { tls: _, ...sidecar } = node.spec.sidecar ?? {};
  return { ...node, spec: { ...node.spec, sidecar } };
}

/** Whether a pod is one that bootstraps, by its labels or by the name of its Job. */
export function isBootstrapPod(node: SeiNode, { metadata }: Pod): boolean {
  const { kind, name } = controllerOf({ metadata }) ?? {};
  const isLabelled =
    isOfBootstrap(metadata.labels) && metadata.labels?.['sei.io/node'] === node.metadata.name;
  return isLabelled || (kind === 'Job' && name === bootstrapJobName(node));
}

function isPodOf({ metadata: { uid } }: Job, { metadata }: Pod): boolean {
  return uid !== undefined && controllerOf({ metadata })?.uid === uid;
}

function has({ status }: Job, wanted: string) {
  return status?.conditions?.find(({ type, status }) => type === wanted && status === 'True');
}

/** What ended a pod that failed. */
function endOf({ status = {} }: Pod): string | undefined {
  const { message, initContainerStatuses = [], containerStatuses = [] } = status;
  const ended = [...containerStatuses, ...initContainerStatuses].find(
    ({ state }) => (state?.terminated?.exitCode ?? 0) !== 0,
  );
  const { exitCode, reason } = ended?.state?.terminated ?? {};
  if (ended === undefined) return message;
  return `container ${ended.name} ended with ${exitCode}${reason ? ` (${reason})` : ''}`;
}
