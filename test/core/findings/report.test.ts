import test from 'ava';
import { type Found, foundAt } from '../../../core/findings/finding.ts';
import { datedResults, reportOn } from '../../../core/findings/report.ts';
import type { Severity } from '../../../core/policy.ts';
import { fullNode, node } from '../../core/plan/nodes.ts';

const subject = node(fullNode, undefined, { name: 'n0', namespace: 'arctic', uid: 'u0' });
const policy = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { namespace: 'arctic', name: 'p' },
};

function found(severity: Severity, message = 'open', at: typeof policy | undefined = undefined): Found {
  const violation = {
    rule: 'netpol-tasks-port',
    severity,
    message,
    details: {},
    field: 'spec',
    fix: 'f',
    docs: 'd',
  };
  return foundAt(violation, subject, at);
}

test('where nothing is found and all was judged there is no report', t => {
  t.is(reportOn(subject, [], []), undefined);
});

for (const [severity, result, inReport] of [
  ['error', 'fail', 'high'],
  ['warning', 'warn', 'medium'],
  ['info', 'warn', 'info'],
] as const) {
  test(`${severity} is ${result}, of the severity ${inReport}`, t => {
    const report = reportOn(subject, [found(severity)], [])!;
    t.like(report.results[0], { policy: 'netpol-tasks-port', result, severity: inReport, message: 'open' });
    t.deepEqual(report.summary, { pass: 0, skip: 0, fail: 0, warn: 0, error: 0, [result]: 1 });
  });
}

test('a report belongs to its object', t => {
  const { metadata, scope } = reportOn(subject, [found('error')], [])!;
  t.is(metadata.name, 'seinode-policy.seinode.n0');
  t.deepEqual(metadata.ownerReferences, [
    { apiVersion: 'sei.io/v1alpha1', kind: 'SeiNode', name: 'n0', uid: 'u0' },
  ]);
  t.like(scope, { kind: 'SeiNode', namespace: 'arctic', name: 'n0', uid: 'u0' });
});

test('a name that would be too long is the UID', t => {
  const long = node(fullNode, undefined, { name: 'n'.repeat(250), uid: 'u0' });
  t.is(reportOn(long, [found('error')], [])?.metadata.name, 'seinode-policy.u0');
});

test('what is to be mended is said where it is another object', t => {
  const { results } = reportOn(subject, [found('error'), found('error', 'open', policy)], [])!;
  t.deepEqual(
    results.map(({ properties }) => properties?.at),
    [undefined, 'NetworkPolicy arctic/p'],
  );
});

test('what could not be judged is an error beside what was found', t => {
  const report = reportOn(subject, [found('error')], [{ message: 'no permission' }])!;
  t.like(report.summary, { fail: 1, error: 1 });
  t.like(report.results[1], { policy: 'audit', result: 'error', message: 'no permission' });
});

test('a result keeps since when it is so; one that is new is of now', t => {
  const { results } = reportOn(subject, [found('error'), found('warning', 'other')], [])!;
  const before = datedResults(results.slice(0, 1), [], 100.9);
  t.deepEqual(
    datedResults(results, before, 200).map(({ timestamp }) => timestamp),
    [
      { seconds: 100, nanos: 0 },
      { seconds: 200, nanos: 0 },
    ],
  );
});
