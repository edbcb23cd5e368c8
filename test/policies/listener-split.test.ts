import test from 'ava';
import type { SeiNode } from '../../core/seinode.ts';
import { createJudge } from '../../wasm/judge.ts';
import { goldenNodes } from '../core/resources/golden.ts';
import { node, tls } from '../core/resources/nodes.ts';
import { mistakesOfPods, mistakesOfServices } from './mistakes.ts';
import { beforeTheSplit, inputOf, type Objects, objectsOf } from './workload.ts';

const judge = createJudge();

/** What the two rules find, `RULE REASON KIND`, sorted. */
function found(node: SeiNode, objects: Partial<Objects>): string[] {
  const violations = judge.violations(inputOf(node, objects));
  if (!violations.ok) throw new Error(violations.error);
  return violations.value
    .filter(({ rule }) => rule === 'listener-split' || rule === 'label-contract')
    .map(({ rule, details: { reason, kind } }) => `${rule} ${reason} ${kind}`)
    .toSorted();
}

const moved = { sidecar: { port: 7000 } };
const movedTLS = { sidecar: { ...tls.sidecar, port: 7000 } };
const nodes: readonly (readonly [string, SeiNode])[] = [
  ...goldenNodes,
  ['a moved tasks port', node(moved)],
  ['a moved tasks port under TLS', node(movedTLS)],
];

for (const [name, each] of nodes) {
  test(`what the operator makes of ${name} is as it should be`, t => {
    t.deepEqual(found(each, objectsOf(each)), []);
  });

  test(`what the operator makes of ${name} is not what its neighbour with or without TLS runs as`, t => {
    const { tls: secured, ...plain } = each.spec.sidecar ?? {};
    const other = {
      ...each,
      spec: { ...each.spec, sidecar: secured ? plain : { ...plain, ...tls.sidecar } },
    };
    const reasons = found(other, objectsOf(each));
    t.true(reasons.includes(`listener-split ${secured ? 'ProxyWithoutTLS' : 'ProxyMissing'} Pod`));
    t.true(reasons.includes('listener-split AuthnMode StatefulSet'));
  });
}

const split = (kind: string, ...reasons: string[]) =>
  reasons.map(reason => `listener-split ${reason} ${kind}`).toSorted();

for (const [name, spec, port, reasons] of [
  ['without TLS', {}, 7777, ['ProbePort', 'ProbePort']],
  ['on a moved port', moved, 7000, ['ProbePort', 'ProbePort']],
  ['under TLS', tls, 7777, underTLS()],
  ['under TLS on a moved port', movedTLS, 7000, underTLS()],
] as const) {
  test(`what the Go controller made before it split the listeners is found, ${name}`, t => {
    const objects = objectsOf(node(spec));
    beforeTheSplit(objects, port);
    t.deepEqual(
      found(node(spec), { statefulSet: objects.statefulSet, service: objects.service }),
      [
        ...split('Service', 'ServicePortMissing'),
        ...split('StatefulSet', 'EnvMissing', 'PortMissing', 'ProbePort', 'WaitPort', ...reasons),
      ].toSorted(),
    );
  });
}

function underTLS(): string[] {
  return [
    'AuthHeaderDisabled',
    'IgnorePaths',
    'ProbeMissing',
    'ProbeMissing',
    'ProbeThroughProxy',
    'ProbeThroughProxy',
  ];
}

const secured = node(tls);

for (const [what, make, ...reasons] of mistakesOfPods) {
  test(`of a pod, ${what}: ${reasons.join(', ')} and nothing else`, t => {
    const objects = objectsOf(secured);
    make(objects);
    t.deepEqual(found(secured, objects), split('Pod', ...reasons));
    const template = { ...objects.statefulSet, spec: { template: objects.pod } };
    t.deepEqual(found(secured, { statefulSet: template }), split('StatefulSet', ...reasons));
  });
}

for (const [what, make, ...reasons] of mistakesOfServices) {
  test(`of a Service, ${what}: ${reasons.join(', ')} and nothing else`, t => {
    const objects = objectsOf(secured);
    make(objects);
    t.deepEqual(found(secured, objects), split('Service', ...reasons));
  });
}
