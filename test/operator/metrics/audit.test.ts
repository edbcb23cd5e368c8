import test from 'ava';
import { Registry } from 'prom-client';
import { foundAt } from '../../../core/findings/finding.ts';
import type { Severity } from '../../../core/policy.ts';
import { auditMetrics, type MeasuredAudit } from '../../../operator/metrics/audit.ts';
import { fullNode, node } from '../../core/plan/nodes.ts';

const subject = node(fullNode, undefined, { name: 'n0', namespace: 'arctic' });

function found(rule: string, severity: Severity) {
  return foundAt({ rule, severity, message: '', details: {}, field: '', fix: '', docs: '' }, subject);
}

function operator() {
  const registry = new Registry();
  const state = {
    ...{ leads: true, found: [found('a', 'error')], unjudged: [] as string[], reason: '' },
    namespaces: ['arctic'],
  };
  const audit: { -readonly [K in keyof MeasuredAudit]: MeasuredAudit[K] } = {
    namespaces: () => new Set(state.namespaces),
    findings: () => state.found,
    unjudged: () => state.unjudged.map(message => ({ message })),
    lastRun: 1_000,
    duration: 0.5,
  };
  const brokenGlass = () => (state.reason ? [{ object: subject, reason: state.reason }] : []);
  auditMetrics(registry, () => (state.leads ? { audit, brokenGlass: brokenGlass() } : undefined));
  const scrape = async () => (await registry.metrics()).split('\n').filter(line => /^seinode/.test(line));
  return { state, audit, scrape };
}

const series = (rule: string, severity: string, count: number) =>
  `seinode_policy_findings{namespace="arctic",rule="${rule}",severity="${severity}"} ${count}`;
const whole = [
  'seinode_audit_last_run_timestamp_seconds 1000',
  'seinode_audit_duration_seconds 0.5',
  'seinode_audit_incomplete 0',
];

test('findings are counted by namespace, rule and severity, and are 0 once gone', async t => {
  const { state, scrape } = operator();
  state.found = [found('a', 'error'), found('a', 'error'), found('a', 'warning')];
  t.deepEqual(await scrape(), [series('a', 'error', 2), series('a', 'warning', 1), ...whole]);
  state.found = [found('b', 'error')];
  t.deepEqual((await scrape()).slice(0, 3), [
    series('a', 'error', 0),
    series('a', 'warning', 0),
    series('b', 'error', 1),
  ]);
});

test('of a namespace that is gone nothing is told, however many come and go', async t => {
  const { state, scrape } = operator();
  t.deepEqual(await scrape(), [series('a', 'error', 1), ...whole]);
  [state.found, state.namespaces] = [[], []];
  t.deepEqual(await scrape(), whole);
  state.namespaces = ['arctic'];
  t.deepEqual(await scrape(), whole);
});

test('before the first run, and of who does not lead, nothing is told', async t => {
  const { state, audit, scrape } = operator();
  audit.lastRun = undefined;
  state.found = [];
  t.deepEqual(await scrape(), []);
  audit.lastRun = 1;
  state.leads = false;
  t.deepEqual(await scrape(), []);
});

test('what could not be judged, and who set the rules aside', async t => {
  const { state, scrape } = operator();
  [state.unjudged, state.reason] = [['no permission'], 'INC-7'];
  const lines = await scrape();
  t.true(lines.includes('seinode_audit_incomplete 1'));
  t.is(lines.at(-1), 'seinode_break_glass{namespace="arctic",kind="SeiNode",name="n0"} 1');
  t.notRegex(lines.join('\n'), /INC-7/);
});
