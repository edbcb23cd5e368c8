import type { KubernetesObject } from '../kubernetes.ts';
import { objectKey } from '../kubernetes.ts';
import type { Severity } from '../policy.ts';
import type { Found, ObjectName, Unjudged } from './finding.ts';

/** Seconds since 1970 (Timestamp, meta/v1). */
export type Timestamp = { readonly seconds: number; readonly nanos: number };

/** A result of a report: PolicyReport (wgpolicyk8s.io/v1alpha2) and Report (openreports.io/v1alpha1) have the same. */
export type ReportResult = {
  readonly source: string;
  readonly policy: string;
  readonly result: 'fail' | 'warn' | 'error';
  readonly severity?: 'high' | 'medium' | 'info';
  readonly scored?: boolean;
  readonly message: string;
  /** Since when. */
  readonly timestamp?: Timestamp;
  readonly properties?: Readonly<Record<string, string>>;
};

/** A report on one object, but for its type. */
export type Report = {
  readonly metadata: KubernetesObject['metadata'];
  readonly scope: Readonly<Record<string, string>>;
  readonly summary: Readonly<Record<'pass' | 'fail' | 'warn' | 'error' | 'skip', number>>;
  readonly results: readonly ReportResult[];
};

/** Who reports, and the label by which its reports are found again. */
export const reporter = 'sei-k8s-controller';
export const reporterLabel = 'app.kubernetes.io/managed-by';

/** An error fails; what is less is not scored, and so only a warning. */
const gravity = {
  error: { result: 'fail', severity: 'high', scored: true },
  warning: { result: 'warn', severity: 'medium', scored: false },
  info: { result: 'warn', severity: 'info', scored: false },
} as const satisfies Record<Severity, object>;

/**
 * What is found at an object, as reports have it; it belongs to the object and goes with it. What could not be judged is
 * an error, so that nobody takes the rest for all.
 *
 * @param subject of the UID that its reports go with. @returns undefined where there is nothing to say.
 */
export function reportOn(
  subject: KubernetesObject,
  found: readonly Found[],
  unjudged: readonly Unjudged[],
): Report | undefined {
  const results = [...found.map(resultOf), ...unjudged.map(errorOf)];
  if (results.length === 0) return undefined;
  const { apiVersion, kind, metadata } = subject;
  const { namespace, name, uid = '' } = metadata;
  return {
    metadata: {
      name: reportName(subject),
      namespace,
      labels: { [reporterLabel]: reporter },
      ownerReferences: [{ apiVersion, kind, name, uid }],
    },
    scope: { apiVersion, kind, namespace, name, uid },
    summary: { pass: 0, skip: 0, ...countOf(results) },
    results,
  };
}

/** Other reporters name theirs after an object, or its UID. */
function reportName({ kind, metadata: { name, uid } }: KubernetesObject): string {
  const readable = `seinode-policy.${kind.toLowerCase()}.${name}`;
  return readable.length > 253 ? `seinode-policy.${uid}` : readable;
}

function resultOf({ rule, severity, message, field, fix, docs, object, at }: Found): ReportResult {
  const properties = { ...(field && { field }), ...(!same(object, at) && { at: nameOf(at) }), fix, docs };
  return { source: reporter, policy: rule, ...gravity[severity], message, properties };
}

function errorOf({ message }: Unjudged): ReportResult {
  return { source: reporter, policy: 'audit', result: 'error', message };
}

function countOf(results: readonly ReportResult[]): Record<'fail' | 'warn' | 'error', number> {
  const count = (wanted: ReportResult['result']) => results.filter(({ result }) => result === wanted).length;
  return { fail: count('fail'), warn: count('warn'), error: count('error') };
}

function same(a: ObjectName, b: ObjectName): boolean {
  return nameOf(a) === nameOf(b);
}

function nameOf({ kind, namespace, name }: ObjectName): string {
  return `${kind} ${objectKey(namespace, name)}`;
}

/** The results, each with since when it is so: as it was said before, else now. */
export function datedResults(
  results: readonly ReportResult[],
  before: readonly ReportResult[],
  now: number,
): ReportResult[] {
  const since = new Map(before.map(result => [identity(result), result.timestamp]));
  const fresh = { seconds: Math.floor(now), nanos: 0 };
  return results.map(result => ({ ...result, timestamp: since.get(identity(result)) ?? fresh }));
}

function identity({ policy, message, properties }: ReportResult): string {
  return JSON.stringify([policy, message, properties?.field, properties?.at]);
}
