import test from 'ava';
import type { Step } from '../../../core/toggle/journal.ts';
import { endOf } from '../../../core/toggle/outline.ts';
import { preflight, preflightOfManifests } from '../../../core/toggle/preflight.ts';
import { historyItem } from '../../../plugin/toggle/report.ts';
import { journal } from './cases.ts';
import { at, facts } from './facts.ts';

const set = /^PersistentVolume pv-0 is set to Retain: as Delete it would go with its claim$/;
const disowned =
  /^PersistentVolumeClaim data-n0 loses its ownerReference to SeiNode n0: .* collected as garbage/;
const imported =
  /^SeiNode n0 imports PersistentVolumeClaim data-n0: its finalizer would delete it; this stays for good/;
const deleted = /^SeiNode n0 is deleted/;
const created = /^SeiNode n0 is created as it was, but with TLS of Secret n0-tls$/;
const verified = /^what its pod serves is verified by a handshake/;
const restored = /^PersistentVolume pv-0 is set to Delete again$/;
const retained = at('seen.volume.spec.persistentVolumeReclaimPolicy', 'Retain');

type Row = readonly [what: string, change: Record<string, unknown>, ...steps: readonly RegExp[]];
const rows: readonly Row[] = [
  ['all that protects it', {}, set, disowned, imported, deleted, created, verified, restored],
  ['a volume that is Retain', retained, disowned, imported, deleted, created, verified],
  [
    'a claim that is imported',
    at('seen.node.spec.dataVolume', { import: { pvcName: 'data-n0' } }),
    ...[set, disowned, deleted, created, verified, restored],
  ],
  [
    'a claim of nobody',
    at('seen.claim.metadata.ownerReferences', []),
    ...[set, imported, deleted, created, verified, restored],
  ],
  [
    'no handshake',
    { verify: false },
    ...[set, disowned, imported, deleted, created, /^it is waited for until it is Running$/, restored],
  ],
  [
    'a claim and a volume that nobody has seen',
    { seen: { claim: undefined, volume: undefined } },
    ...[/^its PersistentVolume is set to Retain meanwhile/, disowned, imported, deleted, created, verified],
  ],
];
for (const [what, change, ...steps] of rows) {
  test(`outlined: ${what}`, t => {
    const found = preflight(facts(change)).outline?.steps ?? [];
    t.is(found.length, steps.length, found.join('\n'));
    for (const [at, pattern] of steps.entries()) t.regex(found[at] ?? '', pattern);
  });
}

test('what goes and what stays is named, and how long a pod may take to end', t => {
  const pod = {
    metadata: { name: 'n0-0', namespace: 'arctic' },
    spec: { terminationGracePeriodSeconds: 45 },
  };
  const { outline } = preflight(facts(at('seen.pods', [pod])));
  t.deepEqual(outline?.deletes, ['SeiNode n0', 'StatefulSet n0', 'Pod n0-0']);
  t.deepEqual(outline?.keeps, ['PersistentVolumeClaim data-n0', 'PersistentVolume pv-0']);
  t.regex(outline?.downtime ?? '', /its pod has 45 s to end/);
  const unseen = preflight(facts({ seen: { claim: undefined, volume: undefined } })).outline;
  t.deepEqual(unseen?.keeps, ['PersistentVolumeClaim data-n0', 'its PersistentVolume']);
});

test('of manifests nothing is asked that a cluster alone knows', t => {
  const blind = {
    seen: { claim: undefined, volume: undefined, statefulSet: undefined },
    ...{ operator: 'unknown', defaultSize: { ok: false, error: 'x' } },
    ...{ dryRun: undefined, network: undefined },
  };
  const { refusals, warnings } = preflightOfManifests(facts(blind));
  t.deepEqual([refusals, warnings], [[], []]);
  t.not(preflight(facts(blind)).refusals.length, 0);
  const kept = { ...blind, ...at('seen.node.metadata.labels', { 'argocd.argoproj.io/instance': 'x' }) };
  t.regex(preflightOfManifests(facts(kept)).refusals[0] ?? '', /kept by Argo CD/);
});

test('how long it took is said, and how long the node was down', t => {
  const time = (step: Step, seconds: number) => ({
    ...{ step, direction: 'forward' as const, at: new Date(seconds * 1000).toISOString() },
  });
  const times = [time('Prepared', 0), time('Deleting', 2), time('Running', 9), time('Done', 11)];
  t.is(endOf(journal({ step: 'Done', times })), 'Done after 11.0 s; the node was down for 7.0 s');
  const short = [time('Prepared', 0), time('Aborted', 3)];
  t.is(endOf(journal({ step: 'Aborted', times: short })), 'Aborted after 3.0 s');
  const long = [time('Prepared', 0), time('Deleting', 60), time('Done', 3600)];
  t.is(endOf(journal({ step: 'Done', times: long })), 'Done after 60m; the node was down for 59m');
  const blind = [time('Prepared', 0), time('Deleting', 2), time('Done', 11)];
  t.is(endOf(journal({ step: 'Done', times: blind })), 'Done after 11.0 s; the node was down for 9.0 s');
});

test('times that somebody has tampered with are told as they are, and counted by nobody', t => {
  const odd = [{ step: 'Prepared', direction: 'forward', at: 'x' }] as const;
  const ended = journal({ step: 'Done', times: odd });
  t.is(endOf(ended), 'Done');
  const lease = { holderIdentity: 'a@b c', renewTime: 7 as unknown as string };
  t.like(historyItem({ journal: ended, lease }), { times: odd, holder: 'a@b', renewTime: '7' });
});
