import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Measured } from '../webhook/messages.ts';

/** Those that kube-apiserver has for its side of it (apiserver_admission_webhook_admission_duration_seconds), and finer ones below. */
const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/** What the webhook tells of its answers. @returns what is told of them. */
export function admissionMetrics(registry: Registry): (measured: readonly Measured[]) => void {
  const total = new Counter({
    name: 'seinode_admission_requests_total',
    help: 'Admission requests by what they are about, and whether they were allowed; error where nothing was judged',
    labelNames: ['kind', 'operation', 'allowed'],
    registers: [registry],
  });
  const duration = new Histogram({
    name: 'seinode_admission_duration_seconds',
    help: 'How long an answer takes once the request is read',
    buckets,
    labelNames: ['kind'],
    registers: [registry],
  });
  const denied = new Counter({
    name: 'seinode_admission_denied_total',
    help: 'Admission requests that were refused, by the rule that they break',
    labelNames: ['rule'],
    registers: [registry],
  });
  return measured => {
    for (const { kind, operation, allowed, seconds, denied: rules } of measured) {
      total.inc({ kind, operation, allowed });
      duration.observe({ kind }, seconds);
      for (const rule of rules) denied.inc({ rule });
    }
  };
}

/** When the certificate ends that this replica serves. @param end milliseconds since 1970, asked at each scrape; undefined while none is served. */
export function webhookCertificateMetric(registry: Registry, end: () => number | undefined): void {
  new Gauge({
    name: 'seinode_webhook_certificate_not_after_seconds',
    help: 'When the certificate ends that the webhook serves, in Unix seconds',
    registers: [registry],
    collect() {
      const notAfter = end();
      if (notAfter === undefined) this.remove();
      else this.set(notAfter / 1000);
    },
  });
}
