import { Gauge, type Registry } from 'prom-client';
import type { Audit } from '../audit/audit.ts';
import type { BreakGlass } from '../audit/break-glass.ts';

export type MeasuredAudit = Pick<Audit, 'namespaces' | 'findings' | 'unjudged' | 'lastRun' | 'duration'>;

/**
 * What the audit found, worked out at each scrape.
 *
 * @param audit undefined while this replica does not lead: two would contradict each other.
 */
export function auditMetrics(
  registry: Registry,
  audit: () => { readonly audit: MeasuredAudit; readonly brokenGlass: Iterable<BreakGlass> } | undefined,
): void {
  findingsMetric(registry, () => audit()?.audit);
  const gauge = (name: string, help: string, value: (measured: MeasuredAudit) => number | undefined) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.reset();
        const measured = audit()?.audit;
        // Before the first run there is nothing to say.
        const found = measured?.lastRun === undefined ? undefined : value(measured);
        if (found === undefined) this.remove();
        else this.set(found);
      },
    });
  gauge(
    'seinode_audit_last_run_timestamp_seconds',
    'When the audit last had judged all that was to be judged, in Unix seconds',
    ({ lastRun }) => lastRun,
  );
  gauge(
    'seinode_audit_duration_seconds',
    'How long the last audit of every namespace took',
    ({ duration }) => duration,
  );
  gauge(
    'seinode_audit_incomplete',
    '1 where something could not be read or judged, so that there may be more findings; else 0',
    measured => Number(measured.unjudged().length > 0),
  );
  new Gauge({
    name: 'seinode_break_glass',
    help: '1 for an object whose annotation seinode.sei.io/break-glass sets the rules aside',
    labelNames: ['namespace', 'kind', 'name'],
    registers: [registry],
    collect() {
      this.reset();
      for (const { object } of audit()?.brokenGlass ?? []) {
        const { namespace = '', name } = object.metadata;
        this.set({ namespace, kind: object.kind, name }, 1);
      }
    },
  });
}

/** A series that there was stays, as 0, while its namespace has nodes: an alert on it must see that it is over. */
function findingsMetric(registry: Registry, audit: () => MeasuredAudit | undefined): void {
  const seen = new Map<string, Record<'namespace' | 'rule' | 'severity', string>>();
  new Gauge({
    name: 'seinode_policy_findings',
    help: 'How many findings policy check has of the nodes of a namespace',
    labelNames: ['namespace', 'rule', 'severity'],
    registers: [registry],
    collect() {
      this.reset();
      const measured = audit();
      if (measured === undefined) return;
      const namespaces = measured.namespaces();
      for (const [key, labels] of seen) {
        if (namespaces.has(labels.namespace)) this.set(labels, 0);
        else seen.delete(key);
      }
      for (const { rule, severity, object } of measured.findings()) {
        const labels = { namespace: object.namespace, rule, severity };
        seen.set(JSON.stringify(labels), labels);
        this.inc(labels);
      }
    },
  });
}
