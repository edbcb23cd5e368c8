import type { Pod } from './pod-status.ts';

/** What of a pod's affinity keeps it from a machine (Kubernetes API, core/v1). */
export type Affinity = {
  readonly podAntiAffinity?: {
    readonly requiredDuringSchedulingIgnoredDuringExecution?: readonly {
      readonly labelSelector: { readonly matchLabels: Readonly<Record<string, string>> };
    }[];
  };
};

/** Whether the scheduler would not put a pod on the machine where another is: either may refuse the other. */
export function areApart(pod: Pod, other: Pod): boolean {
  return pod.metadata.namespace === other.metadata.namespace && (refuses(pod, other) || refuses(other, pod));
}

function refuses({ spec }: Pod, { metadata: { labels = {} } }: Pod): boolean {
  const terms = spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
  return terms.some(({ labelSelector: { matchLabels } }) =>
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value),
  );
}
