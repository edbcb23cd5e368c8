import test from 'ava';
import { Registry } from 'prom-client';
import { admissionMetrics, webhookCertificateMetric } from '../../../operator/metrics/admission.ts';
import { manifest } from '../manifests.ts';

function operator() {
  const registry = new Registry();
  const state: { end: number | undefined } = { end: undefined };
  const measured = admissionMetrics(registry);
  webhookCertificateMetric(registry, () => state.end);
  return { registry, state, measured, scrape: async () => (await registry.metrics()).split('\n') };
}

const asked = { kind: 'SeiNode', operation: 'CREATE', seconds: 0.002 };

test('answers are counted, and refusals by rule', async t => {
  const { measured, scrape } = operator();
  measured([
    { ...asked, allowed: 'true', denied: [] },
    { ...asked, allowed: 'false', denied: ['node-mode', 'label-contract'] },
    { ...asked, allowed: 'error', denied: [] },
  ]);
  const lines = await scrape();
  for (const line of [
    'seinode_admission_requests_total{kind="SeiNode",operation="CREATE",allowed="true"} 1',
    'seinode_admission_requests_total{kind="SeiNode",operation="CREATE",allowed="error"} 1',
    'seinode_admission_denied_total{rule="node-mode"} 1',
    'seinode_admission_denied_total{rule="label-contract"} 1',
    'seinode_admission_duration_seconds_count{kind="SeiNode"} 3',
    'seinode_admission_duration_seconds_bucket{le="0.0025",kind="SeiNode"} 3',
  ]) {
    t.true(lines.includes(line), line);
  }
});

test('the end of the certificate is told as long as one is served', async t => {
  const { state, scrape } = operator();
  const series = async () => (await scrape()).filter(line => line.startsWith('seinode_webhook'));
  t.deepEqual(await series(), []);
  state.end = 1_800_000_000_000;
  t.deepEqual(await series(), ['seinode_webhook_certificate_not_after_seconds 1800000000']);
});

test('alerts on admission read metrics and labels that there are', async t => {
  type Group = { name: string; rules: { alert: string; expr: string; annotations: object }[] };
  const groups: Group[] = manifest('PrometheusRule').spec.groups;
  const { rules } = groups.find(({ name }) => name === 'seinode-admission')!;
  const { registry } = operator();
  const metrics = new Map(
    (await registry.getMetricsAsJSON()).map(({ name }) => [name, registry.getSingleMetric(name)] as const),
  );
  t.is(rules.length, 3);
  for (const { expr, annotations } of rules) {
    const [name = ''] = /seinode_\w+/.exec(expr) ?? [];
    const { labelNames = [] } = metrics.get(name) as unknown as { labelNames?: string[] };
    const [, by = ''] = /by \((\w+)\)/.exec(expr) ?? [];
    // Prometheus gives that one itself.
    t.true([...labelNames, 'namespace'].includes(by), expr);
    for (const [, label] of JSON.stringify(annotations).matchAll(/\$labels\.(\w+)/g)) t.is(label, by);
  }
});
