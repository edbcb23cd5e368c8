import test from 'ava';
import { createJudge } from '../../wasm/judge.ts';
import { node } from '../core/resources/nodes.ts';
import { inputOf, type Objects, objectsOf } from './workload.ts';

const judge = createJudge();

type Case = readonly [
  what: string,
  spoil: (objects: Objects) => unknown,
  reason: string,
  kind: string,
  field: string,
];

const role = 'metadata.labels["sei.io/role"]';
const cases: readonly Case[] = [
  [
    'a pod without its node',
    ({ pod }) => delete labels(pod)['sei.io/node'],
    'LabelMissing',
    'Pod',
    'metadata.labels',
  ],
  [
    'a pod without its chain',
    ({ pod }) => delete labels(pod)['sei.io/chain'],
    'LabelMissing',
    'Pod',
    'metadata.labels',
  ],
  [
    'a pod of another role',
    ({ pod }) => (labels(pod)['sei.io/role'] = 'validator'),
    'LabelChanged',
    'Pod',
    role,
  ],
  [
    'a template without its role',
    ({ statefulSet }) => delete labels(statefulSet.spec.template)['sei.io/role'],
    'LabelMissing',
    'StatefulSet',
    'spec.template.metadata.labels',
  ],
  [
    'a template of another role',
    ({ statefulSet }) => (labels(statefulSet.spec.template)['sei.io/role'] = 'archive'),
    'LabelChanged',
    'StatefulSet',
    `spec.template.${role}`,
  ],
];

for (const [what, spoil, reason, kind, field] of cases) {
  test(`${what}: ${reason}, and nothing else`, t => {
    const objects = objectsOf(node());
    spoil(objects);
    t.deepEqual(found(node(), objects), [{ rule: 'label-contract', reason, kind, field }]);
  });
}

test('podLabels that the operator writes over are found, others are not', t => {
  const podLabels = { team: 'rpc', 'sei.io/node': 'n0', 'sei.io/role': 'validator' };
  const labelled = node({ podLabels });
  t.is(labels(objectsOf(labelled).pod)['sei.io/role'], 'node');
  const field = 'spec.podLabels["sei.io/role"]';
  t.deepEqual(found(labelled, objectsOf(labelled)), [
    { rule: 'label-contract', reason: 'Overridden', kind: 'SeiNode', field },
  ]);
});

function found(of: ReturnType<typeof node>, objects: Objects): object[] {
  const violations = judge.violations(inputOf(of, objects));
  if (!violations.ok) throw new Error(violations.error);
  return violations.value.map(({ rule, field, details: { reason, kind } }) => ({
    rule,
    reason,
    kind,
    field,
  }));
}

function labels({ metadata }: { metadata: { labels: Record<string, string> } }): Record<string, string> {
  return metadata.labels;
}
