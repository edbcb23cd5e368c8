import { collectDefaultMetrics, Registry } from 'prom-client';
import type { Routes } from '../listen.ts';

/** The operator's metrics: from the start those of the process and of Node, the lag of its event loop among them. */
export function operatorRegistry(): Registry {
  const registry = new Registry();
  // Every 10 ms, as the library would look, costs more than a fleet at rest.
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 100 });
  return registry;
}

/** /metrics */
export function metricsRoutes(registry: Registry): Routes {
  return {
    '/metrics': async () => ({ status: 200, type: registry.contentType, text: await registry.metrics() }),
  };
}
