import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** What /v0/metrics tells. No label holds what a caller chose: neither a user, an id, a path nor an unknown type. */
export type Metrics = ReturnType<typeof createMetrics>;

/** Makes the sidecar's metrics, in a registry of their own. */
export function createMetrics() {
  const registry = new Registry();
  // Every 10 ms, as the library would look, is too often for what rests most of the time.
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 100 });
  const registers = [registry];
  return {
    registry,
    authnRejections: new Counter({
      name: 'sidecar_authn_rejections_total',
      help: 'Requests that the tasks listener answered with 401, by why.',
      labelNames: ['reason'],
      registers,
    }),
    taskSubmissions: new Counter({
      name: 'sidecar_task_submissions_total',
      help: 'Tasks taken, by type.',
      labelNames: ['type'],
      registers,
    }),
    taskDuration: new Histogram({
      name: 'sidecar_task_duration_seconds',
      help: 'From the start of a task to its end, by type and how it ended.',
      labelNames: ['type', 'status'],
      buckets: [0.01, 0.1, 1, 10, 60, 600, 3600, 36_000],
      registers,
    }),
    /** Of the archive of a snapshot under way. */
    snapshotBytes: new Gauge({
      name: 'sidecar_snapshot_bytes',
      help: 'Bytes of the archive of a snapshot that were transferred so far, and its size where it is known.',
      labelNames: ['direction', 'of'],
      registers,
    }),
  };
}
