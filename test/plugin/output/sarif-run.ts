import type { Log, PhysicalLocation, Run } from 'sarif';
import type { Finding } from '../../../plugin/findings.ts';
import type { Report } from '../../../plugin/output/report.ts';
import { sarif } from '../../../plugin/output/sarif.ts';
import { knownRules } from '../../../plugin/rules.ts';

/** The only run of a SARIF log. */
export function firstRun(text: string): Run {
  const { version, runs } = JSON.parse(text) as Log;
  return version === '2.1.0' && runs.length === 1 && runs[0] !== undefined ? runs[0] : (undefined as never);
}

/** A finding of a cluster: in no file. */
export const finding: Finding = {
  rule: 'tls-sans',
  severity: 'error',
  object: { apiVersion: 'sei.io/v1alpha1', kind: 'SeiNode', namespace: 'arctic', name: 'n0' },
  field: 'spec.sidecar.tls.secretName',
  message: 'a message',
  details: {},
  fix: 'A fix.',
  docs: 'https://example.test/',
};

/** The run of a report on a repository in /repo. */
export function runOf(report: Partial<Report>): Run {
  const rest = { rules: knownRules, checked: [], findings: [], faults: [], failOn: 'error' } as const;
  return firstRun(sarif({ ...rest, directory: '/repo', ...report }));
}

/** Where a finding is said to be. */
export function placeOf(change: Partial<Finding>): PhysicalLocation | undefined {
  return runOf({ findings: [{ ...finding, ...change }] }).results?.[0]?.locations?.[0]?.physicalLocation;
}
