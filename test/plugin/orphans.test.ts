import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { dump } from 'js-yaml';
import { defaultParameters } from '../../core/network/network-policy.ts';
import { networkPolicyTemplate } from '../../core/network/template.ts';
import type { SeiNode } from '../../core/seinode.ts';
import { node, tls } from '../core/resources/nodes.ts';
import { temporaryDirectory } from '../directory.ts';
import { argument, container, type Objects, objectsOf } from '../policies/workload.ts';
import { objections } from './schemas.ts';
import { invoke } from './terminal.ts';

const plain = node();
const secured = node(tls);

type Finding = {
  rule: string;
  object: { apiVersion: string; kind: string; namespace: string; name: string };
  message: string;
  details: { reason?: string; kind?: string; port?: number };
  line: number;
};

function written(documents: readonly object[]): string {
  return documents.map(document => dump(document, { noRefs: true })).join('---\n');
}

async function check(documents: readonly object[], flags = '') {
  const yaml = written(documents);
  const { code, out, err } = await invoke(`policy check -f - -o json ${flags}`, yaml);
  const report = JSON.parse(out);
  const findings = report.findings as Finding[];
  const said = findings.map(
    ({ rule, object, details }) =>
      `${object.kind} ${object.name}: ${rule} ${[details.kind, details.reason ?? details.port].filter(Boolean).join(' ')}`,
  );
  const checked = report.summary.checked as number;
  return { code, err, report, findings, said, checked, lines: yaml.split('\n') };
}

const open = (who: string, tasks = 8443) => [
  `${who}: netpol-public-port 9100`,
  `${who}: netpol-tasks-port ${tasks}`,
];
const closed = networkPolicyTemplate(defaultParameters, 'arctic', [7070]).policy;
const ignorePaths = (pod: object) => argument(pod, '--ignore-paths=/v0/metrics');

/** Moves the tasks listener, as spec.sidecar.port does. */
const moved = node({ sidecar: { port: 7070 } });

type Case = readonly [
  title: string,
  of: SeiNode,
  documents: (objects: Objects) => readonly object[],
  checked: number,
  said: readonly string[],
];

const cases: readonly Case[] = [
  ['a clean StatefulSet', secured, ({ statefulSet, service }) => [statefulSet, service, closed], 1, []],
  ['a clean Pod', secured, ({ pod, service }) => [pod, service, closed], 1, []],
  ['both, clean', secured, ({ statefulSet, pod, service }) => [statefulSet, pod, service, closed], 2, []],
  ['a clean StatefulSet without TLS', plain, ({ statefulSet }) => [statefulSet, closed], 1, []],
  ['a clean Pod without TLS whose tasks are elsewhere', moved, ({ pod }) => [pod, closed], 1, []],
  [
    'a StatefulSet that nothing closes',
    secured,
    ({ statefulSet }) => [statefulSet],
    1,
    open('StatefulSet n0'),
  ],
  ['a Pod that nothing closes', secured, ({ pod }) => [pod], 1, open('Pod n0-0')],
  ['without TLS the tasks port is guarded', plain, ({ pod }) => [pod], 1, open('Pod n0-0', 7777)],
  ['and where its name says', moved, ({ statefulSet }) => [statefulSet], 1, open('StatefulSet n0', 7070)],
  [
    'of both that nothing closes the Pod alone is said to be open',
    secured,
    ({ statefulSet, pod }) => [statefulSet, pod],
    2,
    open('Pod n0-0'),
  ],
  [
    'a Pod that has ended is not reached, but the next one is',
    secured,
    ({ statefulSet, pod }) => [statefulSet, { ...pod, status: { phase: 'Failed' } }],
    2,
    open('StatefulSet n0'),
  ],
  [
    'a template that ignores paths',
    secured,
    ({ statefulSet }) => {
      ignorePaths(statefulSet.spec.template);
      return [statefulSet, closed];
    },
    1,
    ['StatefulSet n0: listener-split StatefulSet IgnorePaths'],
  ],
  [
    'what is wrong with the template is not said again of its Pod, what is wrong with the Pod alone is',
    secured,
    ({ statefulSet, pod }) => {
      ignorePaths(statefulSet.spec.template);
      ignorePaths(pod);
      pod.spec.hostPID = true;
      return [statefulSet, pod, closed];
    },
    2,
    ['StatefulSet n0: listener-split StatefulSet IgnorePaths', 'Pod n0-0: listener-split Pod HostPID'],
  ],
  [
    'a proxy is TLS, whatever its ports are called',
    secured,
    ({ pod }) => {
      container(pod, 'kube-rbac-proxy').ports[0].name = 'https';
      argument(pod, '--auth-header-fields-enabled');
      return [pod, closed];
    },
    1,
    ['Pod n0-0: listener-split Pod PortMissing', 'Pod n0-0: listener-split Pod AuthHeaderDisabled'],
  ],
  [
    'a port api is TLS, whoever has it',
    secured,
    ({ pod }) => {
      container(pod, 'kube-rbac-proxy').name = 'proxy';
      return [pod, closed];
    },
    1,
    ['Pod n0-0: listener-split Pod ProxyMissing'],
  ],
  [
    'the Service of the name belongs to the StatefulSet',
    secured,
    ({ statefulSet, pod, service }) => {
      service.spec.clusterIP = '10.0.0.7';
      return [pod, statefulSet, service, closed];
    },
    2,
    ['StatefulSet n0: listener-split Service NotHeadless'],
  ],
  [
    'labels that are missing',
    secured,
    ({ statefulSet }) => {
      const { labels } = statefulSet.spec.template.metadata;
      delete labels['sei.io/chain'];
      delete labels['sei.io/role'];
      return [statefulSet, closed];
    },
    1,
    Array(2).fill('StatefulSet n0: label-contract StatefulSet LabelMissing'),
  ],
  [
    'a label that is not the name of the StatefulSet',
    secured,
    ({ statefulSet }) => {
      statefulSet.spec.template.metadata.labels['sei.io/node'] = 'n1';
      return [statefulSet, closed];
    },
    1,
    ['StatefulSet n0: label-contract StatefulSet LabelChanged'],
  ],
  [
    'a Pod of a StatefulSet with more than one, by its own name',
    secured,
    ({ pod }) => {
      pod.metadata.name = 'n0-1';
      pod.metadata.labels['sei.io/node'] = 'n1';
      return [pod, closed];
    },
    1,
    ['Pod n0-1: label-contract Pod LabelChanged'],
  ],
  [
    'a Pod of any name, by its label',
    secured,
    ({ pod }) => {
      pod.metadata.name = 'by-hand';
      ignorePaths(pod);
      return [pod, closed];
    },
    1,
    ['Pod by-hand: listener-split Pod IgnorePaths'],
  ],
  [
    'a Pod that has lost its label, by its StatefulSet',
    secured,
    ({ statefulSet, pod }) => {
      delete pod.metadata.labels['sei.io/node'];
      return [statefulSet, pod, closed];
    },
    2,
    ['Pod n0-0: label-contract Pod LabelMissing', ...open('Pod n0-0')],
  ],
  ['a SeiNode of another namespace', secured, ({ pod }) => [elsewhere(secured), pod, closed], 2, []],
  [
    'a policy that selects by another label',
    secured,
    ({ pod }) => {
      pod.metadata.labels.app = 'seid';
      const policy = { ...closed, metadata: { name: 'app', namespace: 'arctic' } };
      return [
        pod,
        closed,
        { ...policy, spec: { ...closed.spec, podSelector: { matchLabels: { app: 'seid' } } } },
      ];
    },
    1,
    ['Pod n0-0: label-contract SelectsByOther'],
  ],
  [
    'what carries no label is of no node',
    secured,
    ({ statefulSet, pod }) => {
      delete statefulSet.spec.template.metadata.labels;
      delete pod.metadata.labels;
      return [statefulSet, pod];
    },
    0,
    [],
  ],
];

function elsewhere({ metadata, ...rest }: SeiNode): SeiNode {
  return { ...rest, metadata: { ...metadata, namespace: 'atlantic' } };
}

for (const [title, of, documents, checked, said] of cases) {
  test(`without a SeiNode: ${title}`, async t => {
    const judged = await check(documents(objectsOf(of)));
    const ofOthers = ({ object }: Finding) => object.kind !== 'SeiNode';
    t.deepEqual(
      judged.said.filter((_, at) => ofOthers(judged.findings[at] as Finding)).toSorted(),
      said.toSorted(),
    );
    t.is(judged.checked, checked);
    t.deepEqual(objections(judged.report), []);
  });
}

test('a finding of the template is in its line, and one of the Service in that of the Service', async t => {
  const { statefulSet, service } = objectsOf(secured);
  ignorePaths(statefulSet.spec.template);
  service.spec.clusterIP = '10.0.0.7';
  const { findings, lines, code } = await check([statefulSet, service, closed]);
  t.deepEqual(
    findings.map(({ line }) => lines[line - 1]?.trim()),
    ['clusterIP: 10.0.0.7', 'args:'],
  );
  t.deepEqual(findings[1]?.object, {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    namespace: 'arctic',
    name: 'n0',
  });
  t.is(code, 1);
});

test('beside its SeiNode nothing is said but of the SeiNode', async t => {
  const { statefulSet, pod, service } = objectsOf(secured);
  ignorePaths(pod);
  const { findings, checked } = await check([secured, statefulSet, pod, service]);
  t.true(findings.length > 0);
  t.deepEqual([...new Set(findings.map(({ object }) => object.kind))], ['SeiNode']);
  t.is(checked, 1);
});

const labelled = objectsOf(secured);
labelled.statefulSet.metadata.labels.team = 'rpc';
/** [flags, how many are checked] */
const selections: readonly (readonly [string, number])[] = [
  ['-n arctic', 2],
  ['-n atlantic', 0],
  ['-A', 2],
  ['-l team=rpc', 1],
  ['-l sei.io/node=n0', 2],
  ['--field-selector metadata.name=n0-0', 1],
];
for (const [flags, expected] of selections) {
  test(`without a SeiNode: ${flags} selects`, async t => {
    const { checked } = await check([labelled.statefulSet, labelled.pod], flags);
    t.is(checked, expected);
  });
}
test('a SeiNode that is not selected has its Pod all the same', async t => {
  const { checked } = await check([secured, labelled.pod], '-l sei.io/node=n0');
  t.is(checked, 0);
});

test('there is no state before', async t => {
  const file = join(temporaryDirectory('before'), 'before.yaml');
  writeFileSync(file, written([plain]));
  const { said, checked } = await check([labelled.pod, closed], `--before ${file}`);
  t.deepEqual(said, []);
  t.is(checked, 1);
});

test('a template that the API server would refuse is a fault, in its line', async t => {
  const { statefulSet, pod } = objectsOf(secured);
  container(statefulSet.spec.template, 'sei-sidecar').ports[0].containerPort = 'many';
  const { code, err, checked, lines } = await check([statefulSet, pod, closed]);
  t.is(code, 3);
  const [, line] =
    /^error: -:(\d+): StatefulSet arctic\/n0: spec\.template\.spec\.\S+containerPort /.exec(err) ?? [];
  t.regex(lines[Number(line) - 1] ?? '', /containerPort: many/);
  t.is(checked, 1);
});

const spoiled = objectsOf(secured);
ignorePaths(spoiled.statefulSet.spec.template);
/** [format, what it says of a StatefulSet and a Pod] */
const formats: readonly (readonly [string, RegExp])[] = [
  ['table', /error listener-split {2}StatefulSet arctic\/n0 .*1 StatefulSet and 1 pod checked, 3 errors/s],
  ['name', /^statefulset\.apps\/n0\npod\/n0-0\n$/],
  ['sarif', /"fullyQualifiedName": "arctic\/n0",\s+"kind": "StatefulSet"/],
  ['junit', /name="listener-split: StatefulSet arctic\/n0"[^/]*>\s*<failure/],
  ['github', /^::error title=listener-split%3A StatefulSet arctic\/n0::/m],
];
for (const [format, expected] of formats) {
  test(`without a SeiNode: -o ${format}`, async t => {
    const yaml = written([spoiled.statefulSet, spoiled.pod]);
    const { out, err } = await invoke(`policy check -f - -o ${format}`, yaml);
    t.regex(out, expected);
    t.is(err, '');
  });
}
