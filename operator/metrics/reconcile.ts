import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Again } from '../workers.ts';

type Reconcile = (key: string) => Promise<Again>;

/** controller-runtime's. */
const buckets = [
  ...[0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.25],
  ...[1.5, 1.75, 2, 2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9, 10, 15, 20, 25, 30, 40, 50, 60],
];
const results = ['success', 'error', 'requeue', 'requeue_after'] as const;

/** What controller-runtime tells of a controller. @returns what measures a reconcile; its errors pass. */
export function reconcileMetrics(
  registry: Registry,
  controller: string,
  workers: number,
): (reconcile: Reconcile) => Reconcile {
  const common = { labelNames: ['controller'], registers: [registry] };
  const total = new Counter({
    name: 'controller_runtime_reconcile_total',
    help: 'Reconciles by their result',
    labelNames: ['controller', 'result'],
    registers: [registry],
  });
  const errors = new Counter({
    name: 'controller_runtime_reconcile_errors_total',
    help: 'Reconciles that failed',
    ...common,
  });
  const time = new Histogram({
    name: 'controller_runtime_reconcile_time_seconds',
    help: 'How long a reconcile takes',
    buckets,
    ...common,
  });
  const active = new Gauge({
    name: 'controller_runtime_active_workers',
    help: 'Reconciles under way',
    ...common,
  });
  const most = new Gauge({
    name: 'controller_runtime_max_concurrent_reconciles',
    help: 'How many reconciles there may be at once',
    ...common,
  });
  for (const result of results) total.inc({ controller, result }, 0);
  errors.inc({ controller }, 0);
  active.set({ controller }, 0);
  most.set({ controller }, workers);
  return reconcile => async key => {
    const end = time.startTimer({ controller });
    active.inc({ controller });
    try {
      const again = await reconcile(key);
      total.inc({ controller, result: resultOf(again) });
      return again;
    } catch (error) {
      total.inc({ controller, result: 'error' });
      errors.inc({ controller });
      throw error;
    } finally {
      end();
      active.dec({ controller });
    }
  };
}

function resultOf(again: Again): (typeof results)[number] {
  if (again === 'requeue') return again;
  return again === undefined || again === 'gone' ? 'success' : 'requeue_after';
}
