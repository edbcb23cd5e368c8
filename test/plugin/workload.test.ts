import test from 'ava';
import { dump } from 'js-yaml';
import { node, tls } from '../core/resources/nodes.ts';
import { argument, beforeTheSplit, type Objects, objectsOf } from '../policies/workload.ts';
import { invoke } from './terminal.ts';

const plain = node();
const secured = node(tls);

type Finding = {
  rule: string;
  severity: string;
  object: { kind: string; name: string };
  details: { reason: string; kind: string; name: string };
  file: string;
  line: number;
};

async function findings(
  documents: readonly object[],
): Promise<{ code: number; all: Finding[]; lines: string[] }> {
  const yaml = documents.map(document => dump(document, { noRefs: true })).join('---\n');
  const { code, out } = await invoke('policy check -f - -o json', yaml);
  const all = JSON.parse(out).findings as Finding[];
  const ours = all.filter(({ rule }) => rule === 'listener-split' || rule === 'label-contract');
  return { code, all: ours, lines: yaml.split('\n') };
}

test('what the operator makes of a node is judged from files, and clean', async t => {
  const { statefulSet, service, pod } = objectsOf(plain);
  const { all } = await findings([plain, statefulSet, service, pod]);
  t.deepEqual(all, []);
});

type Spoil = (objects: Objects) => unknown;

const inLine = test.macro(async (t, spoil: Spoil, kind: keyof Objects, expected: object, written: RegExp) => {
  const objects = objectsOf(secured);
  spoil(objects);
  const { code, all, lines } = await findings([secured, objects[kind]]);
  t.is(code, 1);
  t.is(all.length, 1);
  const [{ rule, severity, object, details, file, line }] = all as [Finding];
  t.like({ rule, severity, ...details }, expected);
  t.deepEqual([object.kind, object.name, file], ['SeiNode', 'n0', '-']);
  t.regex(lines[line - 1]!, written);
});

test(
  'an argument of a live pod is found, in the line where its arguments are',
  inLine,
  ({ pod }: Objects) => argument(pod, '--ignore-paths=/v0/metrics'),
  'pod',
  { rule: 'listener-split', severity: 'error', reason: 'IgnorePaths', kind: 'Pod', name: 'n0-0' },
  /^ +args:$/,
);
test(
  'the next pod is found in the template of the StatefulSet',
  inLine,
  ({ statefulSet }: Objects) => Object.assign(statefulSet.spec.template.spec, { hostNetwork: true }),
  'statefulSet',
  { rule: 'listener-split', severity: 'error', reason: 'HostNetwork', kind: 'StatefulSet', name: 'n0' },
  /^ +hostNetwork: true$/,
);
test(
  'a port of the Service is found in its line',
  inLine,
  ({ service }: Objects) => service.spec.ports.push({ name: 'sidecar', port: 7777 }),
  'service',
  { rule: 'listener-split', severity: 'error', reason: 'TasksPortPublished', kind: 'Service', name: 'n0' },
  /^ +- name: sidecar$/,
);
test(
  'a label of the pod is found in its line',
  inLine,
  ({ pod }: Objects) => Object.assign(pod.metadata.labels, { 'sei.io/role': 'validator' }),
  'pod',
  { rule: 'label-contract', severity: 'error', reason: 'LabelChanged', kind: 'Pod', name: 'n0-0' },
  /^ +sei\.io\/role: validator$/,
);

test('a Service that is not headless is a warning', async t => {
  const { service } = objectsOf(plain);
  service.spec.clusterIP = '10.0.0.7';
  const { all } = await findings([plain, service]);
  t.deepEqual(
    all.map(({ severity, details }) => [severity, details.reason]),
    [['warning', 'NotHeadless']],
  );
});

test('objects of another node, or in another namespace, are not judged for this one', async t => {
  const objects = objectsOf(plain);
  beforeTheSplit(objects, 7777);
  const elsewhere = { ...objects.statefulSet.metadata, namespace: 'atlantic' };
  const { all } = await findings([
    plain,
    { ...objects.statefulSet, metadata: elsewhere },
    { ...objects.service, metadata: { ...objects.service.metadata, name: 'n1' } },
  ]);
  t.true(all.length > 0);
  t.deepEqual(
    all.filter(({ object }) => object.kind === 'SeiNode'),
    [],
  );
});
