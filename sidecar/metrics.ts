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
    // As the published sidecar has them, under our prefix. The chain is the environment's; with a label they are absent,
    // and not 0, until there is something to tell.
    uploadSucceeded: new Gauge({
      name: 'sidecar_snapshot_upload_last_run_success_timestamp_seconds',
      help: 'When a run of snapshot-upload last ended well, also where there was nothing to upload.',
      labelNames: ['chain'],
      registers,
    }),
    uploaded: new Gauge({
      name: 'sidecar_snapshot_upload_last_uploaded_timestamp_seconds',
      help: 'When an archive of a snapshot was last uploaded.',
      labelNames: ['chain'],
      registers,
    }),
    uploadedHeight: new Gauge({
      name: 'sidecar_snapshot_upload_last_uploaded_height',
      help: 'The height of the snapshot that was last uploaded.',
      labelNames: ['chain'],
      registers,
    }),
    uploadOutcomes: new Counter({
      name: 'sidecar_snapshot_upload_outcome_total',
      help: 'Runs of snapshot-upload by how they ended: uploaded, noop or error.',
      labelNames: ['chain', 'outcome'],
      registers,
    }),
    exportedHeight: new Gauge({
      name: 'sidecar_result_export_last_height',
      help: 'The last height whose page of results is in the store.',
      labelNames: ['chain'],
      registers,
    }),
    exportFaults: new Counter({
      name: 'sidecar_result_export_faults_total',
      help: 'What result-export tries again, by who failed: local (the RPC of seid), canonical (the RPC compared with) or page (the volume or the store).',
      labelNames: ['chain', 'of'],
      registers,
    }),
    blocksCompared: new Counter({
      name: 'sidecar_shadow_blocks_compared_total',
      help: 'Blocks that were compared with the canonical chain.',
      labelNames: ['chain'],
      registers,
    }),
    divergences: new Counter({
      name: 'sidecar_shadow_divergences_total',
      help: 'Blocks that are not as on the canonical chain, by the layer that tells: 0 the header, 1 the receipts.',
      labelNames: ['chain', 'divergence_layer'],
      registers,
    }),
  };
}
