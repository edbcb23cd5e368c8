import test from 'ava';
import { decide } from '../../../core/toggle/decide.ts';
import type { Decision } from '../../../core/toggle/decision.ts';
import type { Journal } from '../../../core/toggle/journal.ts';
import { keptAnnotation, manifestOf } from '../../../core/toggle/manifest.ts';
import type { Seen } from '../../../core/toggle/seen.ts';
import { at, claim, imported, journal, owner, running, seen, tls, volume } from './cases.ts';

const gone = { node: undefined, statefulSet: undefined, pods: [] };
const safe = { claim: claim({ ownerReferences: [] }), volume: volume('Retain') };
const deleting = {
  deleting: 'u0',
  manifest: manifestOf(running({ spec: imported }), 'data-n0'),
};
/** The toggle has kept it. */
const keptNode = running({ spec: imported, metadata: { annotations: { [keptAnnotation]: `1 ${at}` } } });
const endingPod = {
  metadata: {
    ...{ name: 'n0-0', namespace: 'arctic', uid: 'p0' },
    deletionTimestamp: '2026-01-01T00:01:00Z',
    deletionGracePeriodSeconds: 30,
  },
  spec: { nodeName: 'host-a' },
};
const going = { deletionTimestamp: '2026-01-01T00:01:00Z', finalizers: ['sei.io/seinode-finalizer'] };
const made = (changes: Parameters<typeof running>[0] = {}) =>
  running({ ...changes, spec: { ...imported, ...tls, ...changes.spec } }, 'u1');
/** As the API server tells which field of spec the plugin wrote. */
const written = (field: string) => [
  { manager: 'kubectl-seinode', operation: 'Update', fieldsV1: { 'f:spec': { [field]: {} } } },
];
const back = { direction: 'back' } as const;
const created = { ...deleting, created: 'u1' };

/** What is told of a decision. */
function told(decision: Decision): string {
  switch (decision.kind) {
    case 'set reclaim policy':
      return `${decision.kind} ${decision.policy}`;
    case 'record':
      return `record ${decision.step}`;
    case 'wait':
      return `wait until ${decision.until}: ${decision.why}`;
    case 'stop':
      return `stop: ${decision.why}`;
    case 'create node':
      return `create node, ${decision.manifest.spec.sidecar?.tls?.secretName ?? 'no TLS'}`;
    case 'keep node':
      return `${decision.kind} ${decision.node.metadata.uid} ${decision.mark}`;
    case 'delete node':
    case 'set import':
      return `${decision.kind} ${decision.node.metadata.uid}`;
    default:
      return decision.kind;
  }
}

const forward: readonly (readonly [when: string, Partial<Journal>, Partial<Seen>, then: string])[] = [
  ['nothing is protected', {}, {}, 'set reclaim policy Retain'],
  ['the volume is Retain', {}, { volume: volume('Retain') }, 'take ownerReference away'],
  ['the claim belongs to nobody', {}, safe, 'set import u0'],
  [
    'the node imports',
    {},
    { volume: volume('Retain'), node: running({ spec: imported }) },
    'take ownerReference away',
  ],
  ['all is protected', {}, { ...safe, node: running({ spec: imported }) }, 'record Deleting'],
  [
    'the end of the node is recorded',
    deleting,
    { ...safe, node: running({ spec: imported }) },
    'delete node u0',
  ],
  [
    'somebody has given the volume up since',
    deleting,
    { ...safe, volume: volume('Delete'), node: running({ spec: imported }) },
    'set reclaim policy Retain',
  ],
  [
    'somebody has changed the node since',
    deleting,
    { ...safe, node: running({ spec: { ...imported, image: 'sei:v7' } }) },
    'record Deleting',
  ],
  [
    'a plan is Active',
    deleting,
    { ...safe, node: running({ spec: imported, status: { plan: { phase: 'Active', tasks: [] } } }) },
    'wait until no plan: a plan of SeiNode n0 is Active',
  ],
  [
    'the node imports another claim',
    {},
    { ...safe, node: running({ spec: { dataVolume: { import: { pvcName: 'other' } } } }) },
    'stop: SeiNode n0 imports other now, not data-n0',
  ],
  [
    'the claim belongs to somebody else too',
    {},
    {
      ...safe,
      claim: claim({ ownerReferences: [{ kind: 'Job', name: 'j', uid: 'j0' }] }),
      node: running({ spec: imported }),
    },
    'stop: PersistentVolumeClaim data-n0 belongs to Job j (UID j0) and would be deleted with it: take that ownerReference away',
  ],
  [
    'the node is being deleted',
    deleting,
    { ...safe, node: running({ spec: imported, metadata: going }) },
    'wait until gone: SeiNode n0 is being deleted, since 2026-01-01T00:01:00Z (finalizers sei.io/seinode-finalizer)',
  ],
  [
    'the node waits for a pod that does not end, asked to half a minute before it has to',
    deleting,
    { ...safe, node: running({ spec: imported, metadata: going }), pods: [endingPod] },
    'wait until gone: SeiNode n0 is being deleted, since 2026-01-01T00:01:00Z (finalizers sei.io/seinode-finalizer); Pod n0-0 on host-a is being deleted, since 2026-01-01T00:00:30Z',
  ],
  [
    'somebody deletes the node before it is protected',
    {},
    { node: running({ metadata: going }) },
    'set reclaim policy Retain',
  ],
  [
    'somebody deletes the node that does not import',
    {},
    { ...safe, node: running({ metadata: going }) },
    'set import u0',
  ],
  [
    'somebody deletes the node whose claim would be collected',
    {},
    { volume: volume('Retain'), node: running({ spec: imported, metadata: going }) },
    'take ownerReference away',
  ],
  [
    'pod and StatefulSet are there after the node',
    deleting,
    { ...seen(), ...safe, node: undefined },
    'wait until no pod: StatefulSet n0 is there; Pod n0-0 on host-a is there',
  ],
  ['all is gone', deleting, { ...gone, ...safe }, 'create node, n0-tls'],
  [
    'the claim of a node that is gone still names it',
    deleting,
    { ...gone, volume: volume('Retain') },
    'take ownerReference away',
  ],
  [
    'all is gone and the volume is given up',
    deleting,
    { ...gone, ...safe, volume: volume('Delete') },
    'set reclaim policy Retain',
  ],
  ['the new node is there', deleting, { ...safe, node: made() }, 'record Created'],
  [
    'the new node is not yet Running',
    created,
    { ...safe, node: made({ status: { phase: 'Initializing' } }) },
    'wait until Running: SeiNode n0 is Initializing',
  ],
  [
    'the new node is held by its gate',
    created,
    {
      ...safe,
      node: made({
        status: {
          phase: 'Pending',
          conditions: [
            { type: 'SidecarTLSSecretReady', status: 'False', reason: 'NotFound', message: 'no such Secret' },
          ],
        },
      }),
    },
    'wait until Running: SeiNode n0 is Pending: NotFound, no such Secret',
  ],
  [
    'the new node is Failed',
    created,
    {
      ...safe,
      node: made({
        status: {
          phase: 'Failed',
          plan: {
            phase: 'Failed',
            tasks: [],
            failedTaskDetail: {
              type: 'ensure-data-pvc',
              id: 'x',
              error: 'too small',
              retryCount: 0,
              maxRetries: 0,
            },
          },
        },
      }),
    },
    'stop: SeiNode n0 is Failed: task ensure-data-pvc failed: too small; mend that, delete the node (its volume stays), and tls resume makes it again',
  ],
  ['the new node is Running', created, { ...safe, node: made() }, 'verify'],
  [
    'it need not be verified',
    { ...created, verify: false },
    { ...safe, node: made() },
    'set reclaim policy Delete',
  ],
  [
    'the new node is verified',
    created,
    { ...safe, node: made(), verified: true },
    'set reclaim policy Delete',
  ],
  [
    'the volume is what it was',
    created,
    { ...safe, volume: volume('Delete'), node: made(), verified: true },
    'record Done',
  ],
  [
    'somebody has made the old node again',
    deleting,
    { ...safe, node: running({ spec: imported }, 'u9') },
    'stop: SeiNode n0 was made anew by somebody else, without TLS (UID u9): it is left alone; tls abort ends with it',
  ],
  [
    'somebody has made the wanted node without the import',
    deleting,
    { ...safe, node: running({ spec: tls }, 'u9') },
    'set import u9',
  ],
  ['it is Done', { step: 'Done' }, {}, 'ended'],
];

for (const [when, changes, shown, then] of forward) {
  test(`forward, where ${when}: ${then}`, t => {
    t.is(told(decide(journal(changes), seen(shown))), then);
  });
}

const backward: readonly (readonly [when: string, Partial<Journal>, Partial<Seen>, then: string])[] = [
  ['nothing was done', {}, {}, 'record Aborted'],
  ['the volume is Retain', {}, { volume: volume('Retain') }, 'set reclaim policy Delete'],
  [
    'the node was to be deleted, and its delete may be under way',
    deleting,
    { ...safe, node: running({ spec: imported }) },
    `keep node u0 1 ${at}`,
  ],
  [
    'another toggle has kept it',
    { ...deleting, number: 2 },
    { ...safe, node: keptNode },
    `keep node u0 2 ${at}`,
  ],
  ['the node is kept', deleting, { ...safe, node: keptNode }, 'put ownerReference back'],
  ['all but the import is as it was', deleting, { node: keptNode }, 'record Aborted'],
  [
    'the node is being deleted',
    deleting,
    { ...safe, node: running({ spec: imported, metadata: going }) },
    'wait until gone: SeiNode n0 is being deleted, since 2026-01-01T00:01:00Z (finalizers sei.io/seinode-finalizer)',
  ],
  ['the node is gone', deleting, { ...gone, ...safe }, 'create node, no TLS'],
  ['the new node is there', created, { ...safe, node: made() }, 'record Deleting'],
  ['nobody heard of the creation of the new node', deleting, { ...safe, node: made() }, 'record Deleting'],
  [
    'nobody heard of the creation of the new node, of which the server has made more',
    deleting,
    { ...safe, node: made({ spec: { sidecar: { port: 7777, tls: { secretName: 'n0-tls' } } } }) },
    'record Deleting',
  ],
  [
    'somebody may have changed what looks like the new node',
    deleting,
    { ...safe, node: made({ metadata: { generation: 2 } }) },
    'stop: SeiNode n0 was made anew by somebody else, with TLS of Secret n0-tls (UID u1): it is left alone; delete it (its volume stays), and tls resume makes one with no TLS',
  ],
  [
    'nobody heard of the creation of the new node, and somebody has changed it',
    deleting,
    {
      ...safe,
      node: made({
        metadata: { generation: 2, managedFields: written('f:chainId') },
        spec: { image: 'sei:v7' },
      }),
    },
    'record Deleting',
  ],
  [
    'somebody has made another node, to which only the import was given here',
    deleting,
    { ...safe, node: made({ metadata: { generation: 2, managedFields: written('f:dataVolume') } }) },
    'stop: SeiNode n0 was made anew by somebody else, with TLS of Secret n0-tls (UID u1): it is left alone; delete it (its volume stays), and tls resume makes one with no TLS',
  ],
  [
    'somebody has made another node with TLS, which would take the claim along',
    deleting,
    {
      ...safe,
      claim: claim({ ownerReferences: [{ ...owner, uid: 'u1' }] }),
      node: running({ spec: tls }, 'u1'),
    },
    'stop: SeiNode n0 was made anew by somebody else, with TLS of Secret n0-tls (UID u1): it is left alone; deleted as it is, it would take PersistentVolumeClaim data-n0 along: set its spec.dataVolume.import.pvcName to data-n0, take its ownerReference off PersistentVolumeClaim data-n0, then delete it, and tls resume makes one with no TLS',
  ],
  [
    'somebody has made another node with TLS, and the volume would go with its claim',
    deleting,
    { ...safe, volume: volume('Delete'), node: made({ metadata: { generation: 2 } }) },
    'set reclaim policy Retain',
  ],
  [
    'the end of the new node is recorded',
    { ...created, deleting: 'u1', manifest: manifestOf(made(), 'data-n0') },
    { ...safe, node: made() },
    'delete node u1',
  ],
  [
    'a plan of the new node is Active, which may never end',
    { ...created, deleting: 'u1', manifest: manifestOf(made(), 'data-n0') },
    { ...safe, node: made({ status: { phase: 'Initializing', plan: { phase: 'Active', tasks: [] } } }) },
    'delete node u1',
  ],
  [
    'somebody has made another node with TLS',
    deleting,
    { ...safe, node: made({ spec: { image: 'sei:v7' } }) },
    'stop: SeiNode n0 was made anew by somebody else, with TLS of Secret n0-tls (UID u1): it is left alone; delete it (its volume stays), and tls resume makes one with no TLS',
  ],
  [
    'the old node is there again',
    created,
    { ...safe, node: running({ spec: imported }, 'u2') },
    'record Created',
  ],
  [
    'the old node is verified',
    { ...created, created: 'u2' },
    { ...safe, node: running({ spec: imported }, 'u2'), verified: true },
    'set reclaim policy Delete',
  ],
  ['it is Aborted', { step: 'Aborted' }, {}, 'ended'],
];

for (const [when, changes, shown, then] of backward) {
  test(`back, where ${when}: ${then}`, t => {
    t.is(told(decide(journal({ ...changes, ...back }), seen(shown))), then);
  });
}

const losses: readonly (readonly [when: string, Partial<Seen>, then: RegExp])[] = [
  [
    'the claim is gone',
    { claim: undefined, volume: volume('Retain', { status: { phase: 'Released' } }) },
    /^stop: PersistentVolumeClaim data-n0 is gone\. PersistentVolume pv-0 is kept \(Retain\)/,
  ],
  ['the claim is gone and its volume may follow', { claim: undefined }, /^set reclaim policy Retain$/],
  [
    'the claim is being deleted',
    { ...safe, claim: claim(going) },
    /^stop: .* is being deleted, since .*; it stays for as long as a pod uses it/,
  ],
  [
    'the claim is being deleted and the volume would follow',
    { claim: claim(going) },
    /^set reclaim policy Retain$/,
  ],
  [
    'the claim is another',
    { ...safe, claim: claim({ uid: 'c9' }) },
    /^stop: .* is another one: its UID is c9, not c0/,
  ],
  ['the claim is Lost', { ...safe, claim: claim({}, { phase: 'Lost' }) }, /^stop: .* is Lost, not Bound/],
  [
    'the volume is gone',
    { ...safe, volume: undefined },
    /^stop: PersistentVolume pv-0 is gone\. .* restore from a snapshot/,
  ],
  [
    'the volume is another',
    { ...safe, volume: volume('Retain', { metadata: { uid: 'v9' } }) },
    /^stop: PersistentVolume pv-0 is another one/,
  ],
  [
    'the volume is that of another claim',
    {
      ...safe,
      volume: volume('Retain', {
        spec: { claimRef: { uid: 'c9' }, persistentVolumeReclaimPolicy: 'Retain' },
      }),
    },
    /^stop: .* no longer that of the claim/,
  ],
  [
    'the volume is Failed',
    { ...safe, volume: volume('Retain', { status: { phase: 'Failed' } }) },
    /^stop: PersistentVolume pv-0 is Failed, not Bound/,
  ],
];
const moments: readonly (readonly [moment: string, Partial<Journal>, Partial<Seen>])[] = [
  ['before the delete', {}, {}],
  ['while the node goes', deleting, { node: running({ spec: imported, metadata: going }) }],
  ['while there is no node', deleting, gone],
  ['with the new node', created, { node: made() }],
];

for (const [when, shown, then] of losses) {
  for (const [moment, changes, before] of moments) {
    test(`nothing goes on where ${when}, ${moment}, neither forward nor back`, t => {
      for (const direction of ['forward', 'back'] as const) {
        t.regex(told(decide(journal({ ...changes, direction }), seen({ ...before, ...shown }))), then);
      }
    });
  }
}

test('what is given back is the very ownerReference that was taken', t => {
  const decision = decide(journal({ ...deleting, ...back }), seen({ ...safe, node: keptNode }));
  t.deepEqual(decision, { kind: 'put ownerReference back', owner });
});

test('what the server has made more of the new node does not come into the old one', t => {
  const node = made({ spec: { sidecar: { port: 7777, tls: { secretName: 'n0-tls' } } } });
  const decision = decide(journal({ ...deleting, ...back }), seen({ ...safe, node }));
  t.like(decision, { kind: 'record', known: { deleting: 'u1', manifest: deleting.manifest } });
});

test('what somebody has changed of the new node comes into the old one', t => {
  const node = made({ metadata: { generation: 2 }, spec: { image: 'sei:v7' } });
  const decision = decide(journal({ ...created, ...back }), seen({ ...safe, node }));
  t.like(decision, { kind: 'record', known: { deleting: 'u1', manifest: { spec: { image: 'sei:v7' } } } });
});
