import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { load, loadAll } from 'js-yaml';
import { parseSettings } from '../../core/settings.ts';
import { mostShards } from '../../core/shards.ts';
import { parseFlags } from '../../operator/flags.ts';
import { findGoTool } from '../../scripts/go-tool.ts';
import { tools } from '../../scripts/release/tools.ts';
import { findPrograms } from '../control-plane/programs.ts';
import { requires } from '../requires.ts';

const root = join(import.meta.dirname, '../..');
const chart = join(root, 'operator/chart');
const own = 'sei-k8s-controller-system';
const kubectl = (await findPrograms())?.kubectl;
const helm = findGoTool(tools.helm);
const byHelm = requires('Go, to build helm, and kubectl', helm !== undefined && kubectl !== undefined);

/** Of any shape, as JSON.parse has it. */
type Manifest = ReturnType<typeof JSON.parse>;

function template(namespace: string, ...values: string[]) {
  // What Go alone builds knows no version of Kubernetes.
  const options = ['--namespace', namespace, '--include-crds', '--kube-version', '1.36.0'];
  return spawnSync(helm!, ['template', 'seinode', chart, ...options, ...values], { encoding: 'utf8' });
}

function made(t: ExecutionContext, namespace: string, ...values: string[]): Map<string, Manifest> {
  const { status, stdout, stderr } = template(namespace, ...values);
  t.is(status, 0, stderr);
  return byName(stdout);
}

function byName(documents: string): Map<string, Manifest> {
  const manifests = (loadAll(documents) as Manifest[]).filter(each => each !== null);
  return new Map(manifests.map(each => [`${each.kind} ${each.metadata.name}`, each]));
}

byHelm('with nothing set, the chart is the kustomize base, but for the Namespace', t => {
  const base = byName(
    execFileSync(kubectl!, ['kustomize', join(root, 'operator/manifests')], { encoding: 'utf8' }),
  );
  t.true(base.delete(`Namespace ${own}`));
  const rendered = made(t, own);
  t.deepEqual([...rendered.keys()].toSorted(), [...base.keys()].toSorted());
  for (const [name, manifest] of base) t.deepEqual(rendered.get(name), manifest, name);
});

byHelm('in another namespace nothing speaks of the usual one', t => {
  const { stdout } = template('elsewhere', '--set', 'monitoring=true,shards=2');
  t.false(stdout.includes(own));
  const namespaces = [...byName(stdout).values()].map(({ metadata }) => metadata.namespace);
  t.deepEqual([...new Set(namespaces)].toSorted(), ['elsewhere', undefined]);
});

byHelm('values reach the operator: image, shards, settings, and no webhook where there is none', t => {
  const values = [
    'image.repository=example.org/operator',
    'image.tag=9.0.1',
    'replicas=3',
    'shards=12',
    'webhook=false',
  ];
  const settings = [
    'settings.SEI_SIDECAR_IMAGE=example.org/sidecar:9',
    'image.pullSecrets[0].name=pull',
    'settings.SEI_KUBE_RBAC_PROXY_IMAGE=',
  ];
  const rendered = made(t, own, '--set', [...values, ...settings].join());
  const { replicas, template: pod } = rendered.get('Deployment sei-k8s-controller-manager').spec;
  const [{ image, args }] = pod.spec.containers;
  t.is(image, 'example.org/operator:9.0.1');
  t.is(replicas, 3);
  t.deepEqual(pod.spec.imagePullSecrets, [{ name: 'pull' }]);
  t.like(parseFlags(args), { leaderElect: true, shards: 12, webhookBindAddress: '0' });
  t.deepEqual(
    [...rendered.keys()].filter(name => /webhook/i.test(name)),
    [],
  );
  t.true(rendered.has('Role sei-k8s-controller-shards'));
  const { data } = rendered.get('ConfigMap sei-k8s-controller-settings');
  t.is(data.SEI_SIDECAR_IMAGE, 'example.org/sidecar:9');
  t.is(data.SEI_KUBE_RBAC_PROXY_IMAGE, '', 'said to be empty');
  t.is(data.SEI_NODEPOOL_NAME, 'sei-node', 'the others are those of the base');
});

for (const [what, value, expected] of [
  ['a setting that nobody knows', 'settings.SEI_SIDECAR=x', /SEI_SIDECAR/],
  ['more shards than there may be', `shards=${mostShards + 1}`, /shards/],
  ['no replica', 'replicas=0', /replicas/],
  ['a value that is not there', 'image.name=x', /image/],
] as const)
  byHelm(`${what} is refused by the schema`, t => {
    const { status, stderr } = template(own, '--set', value);
    t.not(status, 0);
    t.regex(stderr, expected);
  });

test('the schema knows each setting of the operator and no other', t => {
  const schema = JSON.parse(readFileSync(join(chart, 'values.schema.json'), 'utf8'));
  const names = Object.keys(schema.properties.settings.properties);
  const asked = parseSettings({});
  if (asked.ok) return t.fail();
  const required = asked.error.split('; ').map(fault => fault.split(' ')[0]);
  t.deepEqual(
    required.filter(name => !names.includes(name!)),
    [],
  );
  const core = readFileSync(join(root, 'core/settings.ts'), 'utf8');
  t.deepEqual(names.toSorted(), [...new Set(core.match(/\bSEI_[A-Z_]+\b/g))].toSorted());
  t.is(schema.properties.shards.maximum, mostShards);
});

test('the chart and the image of the base are of the version of all', t => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  t.like(load(readFileSync(join(chart, 'Chart.yaml'), 'utf8')), { version, appVersion: version });
  const base = load(readFileSync(join(root, 'operator/manifests/kustomization.yaml'), 'utf8')) as Manifest;
  t.deepEqual(base.images, [{ name: 'seinode-operator', newTag: version }]);
});
