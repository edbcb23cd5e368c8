import { Counter, exponentialBuckets, Gauge, Histogram, type Registry } from 'prom-client';
import type { QueueGauge, QueueMeasure, QueueOptions } from '../queue.ts';

/** client-go's. */
const buckets = exponentialBuckets(1e-8, 10, 12);

const gaugeHelp: Readonly<Record<QueueGauge, string>> = {
  workqueue_depth: 'Keys that wait',
  workqueue_unfinished_work_seconds: 'How long the work under way has taken, all together',
  workqueue_longest_running_processor_seconds: 'How long the longest work under way has taken',
};

/**
 * What client-go tells of a work queue.
 *
 * @param gauges of the queue, asked at each scrape. @returns its `observe`.
 */
export function queueMetrics(
  registry: Registry,
  name: string,
  gauges: () => Readonly<Record<QueueGauge, number>>,
): QueueOptions['observe'] {
  const common = { labelNames: ['name'], registers: [registry] };
  for (const [gauge, help] of Object.entries(gaugeHelp)) {
    new Gauge({
      name: gauge,
      help,
      ...common,
      collect() {
        this.set({ name }, gauges()[gauge as QueueGauge]);
      },
    });
  }
  const counter = (name: string, help: string) => new Counter({ name, help, ...common });
  const histogram = (name: string, help: string) => new Histogram({ name, help, buckets, ...common });
  const adds = counter('workqueue_adds_total', 'Keys that were added');
  const retries = counter('workqueue_retries_total', 'Keys that were added for later');
  const waited = histogram('workqueue_queue_duration_seconds', 'How long a key waits before it is worked');
  const worked = histogram('workqueue_work_duration_seconds', 'How long the work of a key takes');
  const tell: Readonly<Record<QueueMeasure, (value: number) => void>> = {
    workqueue_adds_total: value => adds.inc({ name }, value),
    workqueue_retries_total: value => retries.inc({ name }, value),
    workqueue_queue_duration_seconds: value => waited.observe({ name }, value),
    workqueue_work_duration_seconds: value => worked.observe({ name }, value),
  };
  tell.workqueue_adds_total(0);
  tell.workqueue_retries_total(0);
  return (measure, value) => tell[measure](value);
}
