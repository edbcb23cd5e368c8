import type { KubernetesObject } from '../../core/kubernetes.ts';

/** What each cluster has its own of. */
const own = new Set(['uid', 'resourceVersion', 'creationTimestamp']);
const moment = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/;

/** An object without what a cluster has its own of; every moment is one. */
export function cleaned(object: KubernetesObject): unknown {
  return JSON.parse(
    JSON.stringify(object, (key, value) => {
      if (own.has(key)) return undefined;
      return typeof value === 'string' && moment.test(value) ? '2026-01-02T03:04:05Z' : value;
    }),
  );
}
