import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { diagnose } from '../../../core/doctor/diagnose.ts';
import type { Facts } from '../../../core/doctor/facts.ts';
import { failure, success } from '../../../core/result.ts';
import { healthy } from './healthy.ts';

const page = readFileSync(join(import.meta.dirname, '../../../docs/doctor.md'), 'utf8');

test('a cluster that nothing is wrong with passes every check', t => {
  for (const { check, status, message } of diagnose(healthy)) t.is(status, 'pass', `${check}: ${message}`);
});

test('every check has its place in docs/doctor.md, and nothing else has', t => {
  const told = [...page.matchAll(/^\| <a id="([a-z-]+)">/gm)].map(([, check]) => check);
  t.deepEqual(
    told,
    diagnose(healthy).map(({ check }) => check),
  );
});

/** What each read decides; a check that needs several is told of the first that fails. */
const unread = {
  serverVersion: ['kubernetes-version'],
  crd: ['crd-installed', 'crd-schema'],
  nodes: ['operator-single', 'webhook-selectors', 'gatekeeper-exemptions'],
  seiNodeDeployments: ['seinodedeployments'],
  operators: ['operator-ready', 'operator-single'],
  leases: ['operator-leader', 'operator-single'],
  namespaces: ['webhook-selectors', 'gatekeeper-exemptions'],
  webhooks: ['webhook-*', 'gatekeeper-*'],
  certificate: ['webhook-certificate'],
  endpoints: ['webhook-endpoints'],
  admissionPolicies: ['admission-policies'],
  admissionBindings: ['admission-policies'],
  enforcement: ['networkpolicy-enforced'],
  outranking: ['networkpolicy-outranked'],
  toggles: ['toggles-finished'],
  policySettings: ['policy-settings', 'webhook-selectors'],
  denied: ['caller-*'],
} satisfies Partial<Record<keyof Facts, readonly string[]>>;

for (const [fact, wanted] of Object.entries(unread)) {
  test(`where ${fact} could not be read, what they decide is unknown, with the reason`, t => {
    const checks = diagnose({ ...healthy, [fact]: failure('no permission to look') });
    const unknown = checks.filter(({ status }) => status === 'unknown');
    const isMeant = (check: string) =>
      wanted.some(name => (name.endsWith('*') ? check.startsWith(name.slice(0, -1)) : check === name));
    t.deepEqual(
      unknown.map(({ check }) => check),
      checks.filter(({ check }) => isMeant(check)).map(({ check }) => check),
    );
    for (const { message } of unknown) t.is(message, 'no permission to look');
    for (const { check, status, message } of checks) t.not(status, 'fail', `${check}: ${message}`);
  });
}

for (const part of ['deployments', 'templates', 'constraints', 'configs', 'syncSets'] as const) {
  test(`where ${part} of Gatekeeper could not be read, all of it is unknown; where it is not there, it is skipped`, t => {
    const gatekeeper = { ...healthy.gatekeeper, [part]: failure('no permission to look') };
    const of = (facts: Facts) =>
      new Set(
        diagnose(facts).flatMap(({ check, status }) => (check.startsWith('gatekeeper-') ? [status] : [])),
      );
    t.deepEqual(of({ ...healthy, gatekeeper }), new Set(['unknown']));
    const absent = { ...gatekeeper, isServed: success(false), deployments: success([]) };
    t.deepEqual(of({ ...healthy, webhooks: success([]), gatekeeper: absent }), new Set(['skipped']));
  });
}
