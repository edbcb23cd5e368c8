import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { SeiNode } from '../../../core/seinode.ts';
import { listen } from '../../../operator/listen.ts';
import { leaderMetrics, watchMetrics } from '../../../operator/metrics/life.ts';
import { type MeasuredNode, nodeMetrics } from '../../../operator/metrics/nodes.ts';
import { queueMetrics } from '../../../operator/metrics/queue.ts';
import { reconcileMetrics } from '../../../operator/metrics/reconcile.ts';
import { metricsRoutes, operatorRegistry } from '../../../operator/metrics/registry.ts';
import { requestMetrics } from '../../../operator/metrics/requests.ts';
import { Queue } from '../../../operator/queue.ts';
import { VirtualClock } from '../../virtual-clock.ts';

function node(name: string, phase: string | undefined, reason?: string): SeiNode {
  const conditions = [
    { type: 'SidecarTLSSecretReady', status: reason === 'Ready' ? 'True' : 'False', reason, message: '' },
  ];
  return {
    metadata: { name, namespace: 'arctic' },
    spec: { ...(reason && { sidecar: { tls: { secretName: `${name}-tls` } } }) },
    status: { ...(phase && { phase }), conditions: reason ? conditions : [] },
  } as unknown as SeiNode;
}

/** A server with every metric of the operator, after some work. */
async function operator(t: ExecutionContext) {
  const clock = new VirtualClock();
  const registry = operatorRegistry();
  const observe = queueMetrics(registry, 'seinode', () => queue.gauges());
  const queue = new Queue({ now: () => clock.now, after: clock.after, observe });
  const measured = reconcileMetrics(registry, 'seinode', 4);
  const request = requestMetrics(registry);
  const state = { leads: true, nodes: [] as MeasuredNode[] };
  leaderMetrics(registry, () => [['bc1f5b0a.sei.io', state.leads]]);
  watchMetrics(registry, () => [['seinodes.sei.io', 1.5]]);
  nodeMetrics(registry, () => (state.leads ? state.nodes : []));
  const { url, close } = (await listen(
    '--metrics-bind-address',
    '127.0.0.1:0',
    metricsRoutes(registry),
    () => {},
  ))!;
  t.teardown(close);
  const scrape = async () => {
    const response = await fetch(`${url}/metrics`);
    t.is(response.status, 200);
    t.regex(response.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
    return (await response.text()).split('\n');
  };
  return { clock, queue, measured, request, state, scrape };
}

const histogram = ['bucket', 'sum', 'count'];
const controller = 'controller="seinode"';
const queue = 'name="seinode"';
const names: readonly [name: string, type: string, labels: readonly string[], samples?: readonly string[]][] =
  [
    ['controller_runtime_reconcile_total', 'counter', ['controller', 'result']],
    ['controller_runtime_reconcile_errors_total', 'counter', ['controller']],
    ['controller_runtime_reconcile_time_seconds', 'histogram', ['controller', 'le'], histogram],
    ['controller_runtime_active_workers', 'gauge', ['controller']],
    ['controller_runtime_max_concurrent_reconciles', 'gauge', ['controller']],
    ['workqueue_depth', 'gauge', ['name']],
    ['workqueue_adds_total', 'counter', ['name']],
    ['workqueue_retries_total', 'counter', ['name']],
    ['workqueue_queue_duration_seconds', 'histogram', ['le', 'name'], histogram],
    ['workqueue_work_duration_seconds', 'histogram', ['le', 'name'], histogram],
    ['workqueue_unfinished_work_seconds', 'gauge', ['name']],
    ['workqueue_longest_running_processor_seconds', 'gauge', ['name']],
    ['rest_client_requests_total', 'counter', ['code', 'host', 'method']],
    ['rest_client_request_duration_seconds', 'histogram', ['host', 'le', 'verb'], histogram],
    ['leader_election_master_status', 'gauge', ['name']],
    ['watch_last_event_age_seconds', 'gauge', ['resource']],
    ['seinode_phase', 'gauge', ['name', 'namespace', 'phase']],
    ['seinode_tls_secret_ready', 'gauge', ['name', 'namespace', 'reason']],
    ['seinode_tls_certificate_not_after_seconds', 'gauge', ['name', 'namespace']],
    ['nodejs_eventloop_lag_p99_seconds', 'gauge', []],
    ['process_cpu_seconds_total', 'counter', []],
    ['process_resident_memory_bytes', 'gauge', []],
  ];

/** A busy moment. */
async function work({ clock, queue, measured, request, state }: Awaited<ReturnType<typeof operator>>) {
  queue.add('a');
  queue.add('b');
  clock.now = 250;
  await queue.take();
  clock.now = 1000;
  await queue.take();
  queue.done('b');
  queue.add('c');
  queue.addRateLimited('d');
  await measured(async () => undefined)('a');
  await measured(async () => 5)('a');
  await measured(() => Promise.reject(new Error('eyJzZWNyZXQ')))('a').catch(() => {});
  request({ method: 'GET', host: '10.0.0.1:443', code: '200', seconds: 0.2 });
  request({ method: 'PATCH', host: '10.0.0.1:443', code: '<error>', seconds: 5 });
  state.nodes = [
    { node: node('a', 'Running', 'Ready'), notAfterUnix: 1_800_000_000 },
    { node: node('b', 'Pending', 'NotFound') },
    { node: node('c', undefined) },
  ];
}

test('every name, type and label is that of controller-runtime, client-go or the alerts', async t => {
  const parts = await operator(t);
  await work(parts);
  const lines = await parts.scrape();
  for (const [name, type, labels, samples] of names) {
    t.true(lines.includes(`# TYPE ${name} ${type}`), name);
    t.true(lines.some(line => line.startsWith(`# HELP ${name} `)));
    for (const sample of samples?.map(suffix => `${name}_${suffix}`) ?? [name]) {
      const series = lines.filter(line => new RegExp(`^${sample}[ {]`).test(line));
      t.true(series.length > 0, sample);
      const expected = sample.endsWith('_bucket') ? labels : labels.filter(label => label !== 'le');
      for (const line of series) {
        t.deepEqual([...line.matchAll(/([a-z]+)="/g)].map(([, label]) => label).toSorted(), expected, line);
      }
    }
  }
});

test('figures are what happened', async t => {
  const parts = await operator(t);
  await work(parts);
  const lines = await parts.scrape();
  for (const line of [
    `controller_runtime_reconcile_total{${controller},result="success"} 1`,
    `controller_runtime_reconcile_total{${controller},result="requeue_after"} 1`,
    `controller_runtime_reconcile_total{${controller},result="error"} 1`,
    `controller_runtime_reconcile_total{${controller},result="requeue"} 0`,
    `controller_runtime_reconcile_errors_total{${controller}} 1`,
    `controller_runtime_reconcile_time_seconds_count{${controller}} 3`,
    `controller_runtime_reconcile_time_seconds_bucket{le="60",${controller}} 3`,
    `controller_runtime_active_workers{${controller}} 0`,
    `controller_runtime_max_concurrent_reconciles{${controller}} 4`,
    `workqueue_depth{${queue}} 1`,
    `workqueue_adds_total{${queue}} 3`,
    `workqueue_retries_total{${queue}} 1`,
    `workqueue_queue_duration_seconds_sum{${queue}} 1.25`,
    `workqueue_work_duration_seconds_bucket{le="1e-8",${queue}} 1`,
    `workqueue_work_duration_seconds_bucket{le="1000",${queue}} 1`,
    `workqueue_unfinished_work_seconds{${queue}} 0.75`,
    `workqueue_longest_running_processor_seconds{${queue}} 0.75`,
    'rest_client_requests_total{code="200",method="GET",host="10.0.0.1:443"} 1',
    'rest_client_requests_total{code="<error>",method="PATCH",host="10.0.0.1:443"} 1',
    'rest_client_request_duration_seconds_bucket{le="0.25",verb="GET",host="10.0.0.1:443"} 1',
    'leader_election_master_status{name="bc1f5b0a.sei.io"} 1',
    'watch_last_event_age_seconds{resource="seinodes.sei.io"} 1.5',
    'seinode_phase{namespace="arctic",name="a",phase="Running"} 1',
    'seinode_tls_secret_ready{namespace="arctic",name="a",reason="Ready"} 1',
    'seinode_tls_secret_ready{namespace="arctic",name="b",reason="NotFound"} 0',
    'seinode_tls_certificate_not_after_seconds{namespace="arctic",name="a"} 1800000000',
  ]) {
    t.true(
      lines.includes(line),
      `${line}\n${lines.filter(each => each.startsWith(line.split('{')[0] ?? '')).join('\n')}`,
    );
  }
  t.is(lines.filter(line => line.startsWith('seinode_phase{')).length, 2);
  t.is(lines.filter(line => line.startsWith('seinode_tls_secret_ready{')).length, 2);
});

test('nothing of an error reaches a scrape, nor the name of a Secret', async t => {
  const parts = await operator(t);
  await work(parts);
  t.notRegex((await parts.scrape()).join('\n'), /eyJ|-tls"/);
});

test('what a node was before, and who no longer leads, is not told', async t => {
  const parts = await operator(t);
  await work(parts);
  await parts.scrape();
  parts.state.nodes = [{ node: node('b', 'Initializing', 'Ready') }];
  const series = (lines: string[]) => lines.filter(line => line.startsWith('seinode_'));
  t.deepEqual(series(await parts.scrape()), [
    'seinode_phase{namespace="arctic",name="b",phase="Initializing"} 1',
    'seinode_tls_secret_ready{namespace="arctic",name="b",reason="Ready"} 1',
  ]);
  parts.state.leads = false;
  const lines = await parts.scrape();
  t.deepEqual(series(lines), []);
  t.true(lines.includes('leader_election_master_status{name="bc1f5b0a.sei.io"} 0'));
});

test('every metric that an alert asks for is told, with the labels it asks by', t => {
  const path = '../../../operator/manifests/monitoring/prometheus-rule.yaml';
  const rules = readFileSync(join(import.meta.dirname, path), 'utf8').replaceAll(/^#.*$/gm, '');
  // What is asked of admission is told by another test, and is of no one node.
  const asked = [...rules.matchAll(/\b(seinode_(?!admission|webhook)[a-z_]+)(?:\{([a-z]+)=)?/g)];
  t.true(asked.length >= 4);
  for (const [, name, label] of asked) {
    const [, , labels = []] = names.find(([known]) => known === name) ?? [];
    t.true(labels.includes('namespace') && labels.includes('name'), name);
    if (label) t.true(labels.includes(label), `${name} ${label}`);
  }
});
