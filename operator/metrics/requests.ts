import { Counter, Histogram, type Registry } from 'prom-client';
import type { ClientOptions } from '../../cluster/client.ts';

/** Those of Kubernetes' own components. */
const buckets = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60];

/** What client-go tells of requests to the API server. @returns `observe` for each client. */
export function requestMetrics(registry: Registry): NonNullable<ClientOptions['observe']> {
  const total = new Counter({
    name: 'rest_client_requests_total',
    help: 'Requests to the API server by status, method and host',
    labelNames: ['code', 'method', 'host'],
    registers: [registry],
  });
  const duration = new Histogram({
    name: 'rest_client_request_duration_seconds',
    help: 'How long the API server takes to answer, by method and host',
    buckets,
    labelNames: ['verb', 'host'],
    registers: [registry],
  });
  return ({ method, host, code, seconds }) => {
    total.inc({ code, method, host });
    duration.observe({ verb: method, host }, seconds);
  };
}
