import test from 'ava';
import { parseSettings } from '../../core/settings.ts';
import { environment } from '../core/resources/nodes.ts';
import { manifest, manifests } from './manifests.ts';

const labels = { 'control-plane': 'controller-manager', 'app.kubernetes.io/name': 'sei-k8s-controller' };
const { metadata, spec } = manifest('Deployment');
const pod = spec.template.spec;
const [manager] = pod.containers;

test('two replicas elect a leader', t => {
  t.is(spec.replicas, 2);
  t.deepEqual(manager.args, [
    '--leader-elect',
    '--metrics-bind-address=:8080',
    '--health-probe-bind-address=:8081',
    '--webhook-bind-address=:9443',
  ]);
});

test('the pods are those that NetworkPolicies let through to 8443', t => {
  t.is(metadata.namespace, 'sei-k8s-controller-system');
  t.deepEqual(spec.template.metadata.labels, labels);
});

test('Deployment, Service, budget and ServiceMonitor mean the same pods', t => {
  t.deepEqual(spec.selector.matchLabels, labels);
  for (const { spec } of manifests.filter(({ kind }) => kind === 'Service'))
    t.deepEqual(spec.selector, labels);
  t.deepEqual(manifest('PodDisruptionBudget').spec.selector.matchLabels, labels);
  t.deepEqual(manifest('ServiceMonitor').spec.selector.matchLabels, manifest('Service').metadata.labels);
});

test('a budget of one replica lets one be drained', t =>
  t.is(manifest('PodDisruptionBudget').spec.minAvailable, 1));

test('it runs without root, privileges and a writable root', t => {
  t.deepEqual(pod.securityContext, { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
  t.deepEqual(manager.securityContext, {
    runAsUser: 65532,
    runAsGroup: 65532,
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  });
});

test('it has requests, a limit of memory, and more time to end than it drains', t => {
  t.truthy(manager.resources.requests.cpu && manager.resources.requests.memory);
  t.deepEqual(Object.keys(manager.resources.limits), ['memory']);
  t.true(pod.terminationGracePeriodSeconds > 25);
});

test('it is probed where it answers', t => {
  const ports = new Map(
    manager.ports.map((port: { name: string; containerPort: number }) => [port.name, port.containerPort]),
  );
  t.deepEqual(
    [...ports],
    [
      ['http-metrics', 8080],
      ['health', 8081],
      ['webhook', 9443],
    ],
  );
  t.deepEqual(manager.livenessProbe.httpGet, { path: '/healthz', port: 'health' });
  t.deepEqual(manager.readinessProbe.httpGet, { path: '/readyz', port: 'health' });
});

test('its settings are every variable that it reads; what is left empty has to be said', t => {
  const { data } = manifest('ConfigMap');
  t.deepEqual(Object.keys(data).toSorted(), Object.keys(environment).toSorted());
  const result = parseSettings(data);
  t.deepEqual(result.ok ? [] : result.error.split('; '), [
    'SEI_SNAPSHOT_BUCKET is not set',
    'SEI_SNAPSHOT_REGION is not set',
    'SEI_GENESIS_BUCKET is not set',
    'SEI_GENESIS_REGION is not set',
    'SEI_RESULT_EXPORT_BUCKET is not set',
    'SEI_RESULT_EXPORT_REGION is not set',
    'SEI_SIDECAR_IMAGE is not set',
  ]);
});

test("a metric keeps the namespace of its node, where Prometheus would put the operator's", t => {
  const { endpoints } = manifest('ServiceMonitor').spec;
  t.deepEqual(endpoints, [{ port: 'http-metrics', interval: '30s', honorLabels: true }]);
});

const alerts = [
  ['SeiNodeTLSGateClosed', '10m', /^max by \(namespace, name\) \(seinode_tls_secret_ready\) == 0$/],
  [
    'SeiNodeTLSCertificateExpiresSoon',
    '1m',
    /seinode_tls_certificate_not_after_seconds\) - time\(\) < 14 \* 86400$/,
  ],
  [
    'SeiNodeTLSSecretGone',
    '1m',
    /seinode_tls_secret_ready\{reason="NotFound"\}\) == 0 and on .*phase="Running"\}\) == 1$/,
  ],
] as const;
for (const [alert, wait, expression] of alerts) {
  test(`${alert} after ${wait}, one a node`, t => {
    const rules = manifest('PrometheusRule').spec.groups.flatMap(({ rules }: { rules: object[] }) => rules);
    const rule = rules.find((rule: { alert: string }) => rule.alert === alert);
    t.is(rule.for, wait);
    t.regex(rule.expr, expression);
    for (const text of Object.values(rule.annotations)) t.is(typeof text, 'string');
    t.regex(rule.annotations.summary, /\{\{ \$labels\.namespace \}\}\/\{\{ \$labels\.name \}\}/);
  });
}

test('every object in a namespace is in that of the operator', t => {
  const clusterWide = /^(Namespace|CustomResourceDefinition|Cluster.*|Validating.*)$/;
  for (const { kind, metadata } of manifests.filter(({ kind }) => !clusterWide.test(kind))) {
    t.is(metadata.namespace, 'sei-k8s-controller-system', kind);
  }
});
