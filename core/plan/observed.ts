import type { ObjectMeta } from '../kubernetes.ts';
import type { ConditionFacts } from '../merge-conditions.ts';
import type { TLSVerdict } from '../policy.ts';
import type { Volume } from '../resources/types.ts';
import type { ResultStore } from './params.ts';
import type { SpecFault } from './spec-faults.ts';

/** What is known of a node beside its own object. */
export type Observed = {
  /** Under TLS, the verdict on its Secret; absent while nobody has judged it. */
  readonly verdict?: TLSVerdict | undefined;
  /** What the NetworkPolicies come to for it; absent while nobody knows. */
  readonly posture?: ConditionFacts | undefined;
  readonly faults: readonly SpecFault[];
  readonly sidecar: SidecarState;
  /** The image of seid that runs; absent where no pod is seen. */
  readonly image?: string | undefined;
  /** The node has a pod beside its bootstrap's, or a StatefulSet that makes one. */
  readonly mayHavePod?: boolean | undefined;
  /** It has a bootstrap Job. */
  readonly bootstrapJob?: boolean | undefined;
  /** That Job is what spec would have made now. */
  readonly bootstrapAsSpec?: boolean | undefined;
  /** The volume already carries the chain. */
  readonly bootstrapped?: boolean | undefined;
  /** What failed the stored plan was brought by people, and is no more as it was (`mendable.ts`). */
  readonly mended?: boolean | undefined;
  /** The addresses of peers found by labels (`resolvedPeers`). */
  readonly resolvedPeers?: readonly string[] | undefined;
  /** Where the results of its blocks go; absent where it does not export them. */
  readonly results?: ResultStore | undefined;
};

/** A sidecar as its Pod tells of it; empty where it tells nothing. */
export type SidecarState = {
  /** Of one that runs, with the moment since when. */
  readonly ready?: boolean | undefined;
  readonly startedAt?: string | undefined;
  /** Its container does not run, be it that its image cannot be had. */
  readonly stopped?: boolean;
};

/** A Pod (Kubernetes API, core/v1): what is read of it. */
export type Pod = {
  readonly metadata: ObjectMeta;
  readonly spec?: {
    readonly initContainers?: readonly Container[];
    readonly containers?: readonly Container[];
    readonly volumes?: readonly Volume[];
  };
  readonly status?: {
    readonly phase?: string;
    readonly message?: string;
    readonly initContainerStatuses?: readonly ContainerStatus[];
    readonly containerStatuses?: readonly ContainerStatus[];
  };
};

/** A StatefulSet (Kubernetes API, apps/v1): what is read of it. */
export type StatefulSet = {
  readonly metadata: ObjectMeta;
  readonly spec?: {
    readonly replicas?: number;
    readonly template?: {
      readonly spec?: { readonly containers?: readonly Container[]; readonly volumes?: readonly Volume[] };
    };
  };
  readonly status?: { readonly observedGeneration?: number; readonly updateRevision?: string };
};

type Container = {
  readonly name: string;
  readonly image?: string;
  readonly readinessProbe?: { readonly httpGet?: { readonly path?: string } };
};
type ContainerStatus = {
  readonly name: string;
  readonly ready?: boolean;
  readonly state?: {
    readonly running?: { readonly startedAt?: string };
    readonly terminated?: { readonly exitCode?: number; readonly reason?: string };
  };
};

/**
 * The sidecar as the kubelet sees it (contract §3): its own probe of 9100, and in a pod of the controller before the one
 * of kube-rbac-proxy, which asks the sidecar behind it. A container that does not run, or a pod on its way out, tells
 * nothing.
 */
export function sidecarState(pod: Pod | undefined): SidecarState {
  if (pod === undefined || pod.metadata.deletionTimestamp) return {};
  const statuses = pod.status?.initContainerStatuses ?? [];
  const status = statuses.find(({ name }) => name === 'sei-sidecar');
  const running = status?.state?.running;
  if (running === undefined) return status === undefined ? {} : { stopped: true };
  const probed = pod.spec?.initContainers?.find(asksHealth)?.name ?? 'sei-sidecar';
  const ready = statuses.find(({ name }) => name === probed)?.ready === true;
  return { ready, startedAt: running.startedAt };
}

function asksHealth({ readinessProbe }: Container): boolean {
  return readinessProbe?.httpGet?.path === '/v0/healthz';
}

/**
 * The image of seid that a node runs: the template's where the pod is of it, for a webhook may have rewritten the
 * pod's own; else the pod's.
 */
export function runningImage(statefulSet: StatefulSet | undefined, pod: Pod | undefined): string | undefined {
  if (statefulSet === undefined || pod === undefined) return undefined;
  return seidImage(isCurrent(statefulSet, pod) ? statefulSet.spec?.template?.spec : pod.spec);
}

/** Whether a pod runs on a claim. */
export function mountsClaim(pod: Pod | undefined, name: string): boolean {
  const volumes = pod?.spec?.volumes ?? [];
  return volumes.some(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName === name);
}

/** Whether a pod is of the StatefulSet's present template. */
export function isCurrent({ status }: StatefulSet, { metadata }: Pod): boolean {
  const revision = metadata.labels?.['controller-revision-hash'];
  return revision !== undefined && revision === status?.updateRevision;
}

function seidImage(spec: Pod['spec']): string | undefined {
  return spec?.containers?.find(({ name }) => name === 'seid')?.image;
}
