import test from 'ava';
import { conditionReasons } from '../../../core/conditions.ts';
import { advance, currentTask } from '../../../core/plan/advance.ts';
import { decide } from '../../../core/plan/decide.ts';
import { eventsOf } from '../../../core/plan/events.ts';
import { nextLook } from '../../../core/plan/next-look.ts';
import type { Observed } from '../../../core/plan/observed.ts';
import { planFaults } from '../../../core/plan/spec-faults.ts';
import { nextStatus } from '../../../core/plan/status.ts';
import { statusPatch } from '../../../core/plan/status-patch.ts';
import { pollDelay, retryDelay, taskWaiting } from '../../../core/plan/step.ts';
import type { TLSVerdict } from '../../../core/policy.ts';
import type { SeiNode, SeiNodeStatus } from '../../../core/seinode.ts';
import { after, fullNode, node, now, otherPlanID, planID, refusals, tls } from './nodes.ts';

const secured = { ...fullNode, sidecar: tls };
const ready: TLSVerdict = { status: 'True', reason: 'Ready', message: 'served until 2027' };
const mismatch: TLSVerdict = { status: 'False', reason: 'SANsMismatch', message: 'lacks the DNS names a, b' };
const unread: TLSVerdict = { status: 'Unknown', reason: 'Unavailable', message: 'no answer' };
const nothing: Observed = { faults: [], sidecar: {} };
const running: SeiNodeStatus = { phase: 'Running', currentImage: 'seid:v1' };

/** The node after one look at it. */
function looked(subject: SeiNode, observed: Observed = nothing, at: Date = now, id = planID): SeiNode {
  const decision = decide(subject, observed, { now: at, planID: id });
  return { ...subject, status: nextStatus(subject, observed, decision, {}, at) };
}

function stepOf(subject: SeiNode, observed: Observed, at: Date = now) {
  return decide(subject, observed, { now: at, planID }).step;
}

function condition(subject: SeiNode, type: string): string | undefined {
  const found = subject.status?.conditions?.find(each => each.type === type);
  return found && `${found.status} ${found.reason}: ${found.message}`;
}

function patchOf(before: SeiNode, next: SeiNode) {
  return statusPatch(before.status, next.status!);
}

function changedSpec(subject: SeiNode, spec: Partial<SeiNode['spec']>): SeiNode {
  const generation = (subject.metadata.generation ?? 0) + 1;
  return { ...subject, metadata: { ...subject.metadata, generation }, spec: { ...subject.spec, ...spec } };
}

test('status.sidecarTLS and the condition are there exactly when TLS is on', t => {
  const on = looked(node(secured), { ...nothing, verdict: mismatch });
  t.deepEqual(on.status?.sidecarTLS, {
    secretName: 'n0-tls',
    requiredDNSNames: ['n0.arctic.svc.cluster.local', 'n0-0.n0.arctic.svc.cluster.local'],
  });
  t.truthy(condition(on, 'SidecarTLSSecretReady'));
  const off = looked({ ...on, spec: node(fullNode).spec });
  t.is(off.status?.sidecarTLS, undefined);
  t.is(condition(off, 'SidecarTLSSecretReady'), undefined);
  t.is(patchOf(on, off)?.status.sidecarTLS, null);
});

test('a gate that holds a plan says what is missing, since when and by when, and changes once, when overdue', t => {
  const observed = { ...nothing, verdict: mismatch };
  const first = looked(node(secured), observed);
  t.is(
    condition(first, 'SidecarTLSSecretReady'),
    'False SANsMismatch: lacks the DNS names a, b; a plan has waited for it since 2026-05-01T12:00:00Z, due by 2026-05-01T12:10:00Z',
  );
  t.is(condition(first, 'Progressing'), 'False GateClosed: SidecarTLSSecretReady is False (SANsMismatch)');
  t.is(patchOf(first, looked(first, observed, after(599))), undefined);
  const overdue = looked(first, observed, after(601));
  t.regex(condition(overdue, 'SidecarTLSSecretReady') ?? '', /overdue since 2026-05-01T12:10:00Z$/);
  t.is(patchOf(overdue, looked(overdue, observed, after(9000))), undefined);
  t.deepEqual(
    nextLook(stepOf(first, observed), first.status!, undefined, now),
    new Date('2026-05-01T12:10:00Z'),
  );
  t.is(nextLook(stepOf(overdue, observed), overdue.status!, undefined, after(601)), undefined);
});

test('a gate that holds nothing says only what the verdict says', t => {
  const observed = { ...nothing, verdict: mismatch };
  t.is(
    condition(looked(node(secured, running), observed), 'SidecarTLSSecretReady'),
    'False SANsMismatch: lacks the DNS names a, b',
  );
});

test('a gate that closes has been waited for since then, not since it opened', t => {
  const conditions = [
    { type: 'SidecarTLSSecretReady', ...ready, lastTransitionTime: '2026-05-01T09:00:00Z' },
  ];
  const outdated = node(secured, { ...running, currentImage: 'seid:v0', conditions });
  const held = looked(outdated, { ...nothing, verdict: mismatch });
  t.regex(condition(held, 'SidecarTLSSecretReady') ?? '', /waited for it since 2026-05-01T12:00:00Z/);
});

test('the wait of a gate goes on while one fault follows another', t => {
  const first = looked(node(secured), { ...nothing, verdict: mismatch });
  const notFound: TLSVerdict = { status: 'False', reason: 'NotFound', message: 'is not there' };
  const second = looked(first, { ...nothing, verdict: notFound }, after(60));
  t.regex(
    condition(second, 'SidecarTLSSecretReady') ?? '',
    /NotFound: is not there; .* since 2026-05-01T12:00:00Z/,
  );
});

test('a certificate is looked at as it becomes valid and the moment after it expires, earliest of all times first', t => {
  const unix = now.getTime() / 1000 - 0.25;
  const validity = { notBeforeUnix: unix + 10, notAfterUnix: unix + 20 };
  const look = (at: Date) => nextLook({ kind: 'steady' }, {}, validity, at);
  t.deepEqual(look(now), new Date('2026-05-01T12:00:10Z'));
  t.deepEqual(look(after(10)), new Date('2026-05-01T12:00:20.001Z'));
  t.deepEqual(look(new Date('2026-05-01T12:00:20Z')), new Date('2026-05-01T12:00:20.001Z'));
  t.is(look(after(20)), undefined);
  t.deepEqual(nextLook({ kind: 'steady', until: after(5) }, {}, validity, now), after(5));
});

test('a new node: its plan, phase and time of transition are one write', t => {
  const next = looked(node(fullNode));
  const status = patchOf(node(fullNode), next)?.status;
  t.deepEqual(Object.keys(status ?? {}).toSorted(), ['conditions', 'phase', 'phaseTransitionTime', 'plan']);
  t.is(next.status?.phase, 'Initializing');
  t.is(next.status?.phaseTransitionTime, '2026-05-01T12:00:00Z');
  t.deepEqual(refusals(next), []);
});

test('a steady node writes nothing, neither now nor an hour later', t => {
  const observed = {
    ...nothing,
    verdict: ready,
    sidecar: { ready: true, startedAt: '2026-05-01T10:00:00Z' },
  };
  const first = looked(node(secured, running), observed);
  t.truthy(patchOf(node(secured, running), first));
  t.is(patchOf(first, looked(first, observed)), undefined);
  t.is(patchOf(first, looked(first, observed, after(3600))), undefined);
});

test('an image that is set is all that is written of it: nothing is rolled', t => {
  const first = looked(node(fullNode, { phase: 'Running' }), { ...nothing, image: 'seid:v1' });
  t.is(first.status?.currentImage, 'seid:v1');
  t.is(first.status?.plan, undefined);
});

test('a plan that replaces one leaves nothing of it', t => {
  const failed = node(fullNode, {
    ...running,
    plan: { id: 'a', phase: 'Failed', tasks: [], failedTaskIndex: 0, targetPhase: 'Running' },
  });
  const patch = patchOf(failed, looked(changedSpec(failed, { image: 'seid:v2' })));
  t.like(patch?.status.plan, { id: planID, phase: 'Active', failedTaskIndex: null });
});

test('fields and conditions of others stay', t => {
  const theirs = { type: 'Theirs', status: 'True', reason: 'X', message: '' } as const;
  const status = { ...running, externalAddress: 'lb:26656', conditions: [theirs] };
  const next = looked(node(fullNode, status));
  t.is(next.status?.externalAddress, 'lb:26656');
  t.deepEqual(next.status?.conditions?.[0], theirs);
});

test('resolved peers are stored as observed, and kept while nobody has looked', t => {
  const status = { ...running, resolvedPeers: ['a'] };
  t.deepEqual(looked(node(fullNode, status)).status?.resolvedPeers, ['a']);
  t.deepEqual(looked(node(fullNode, status), { ...nothing, resolvedPeers: ['b'] }).status?.resolvedPeers, [
    'b',
  ]);
  t.is(looked(node(fullNode, status), { ...nothing, resolvedPeers: [] }).status?.resolvedPeers, undefined);
});

test('an update in progress is told until it is complete or has failed', t => {
  const update = looked(node(fullNode, { ...running, currentImage: 'seid:v0' }));
  t.is(condition(update, 'NodeUpdateInProgress'), `True UpdateStarted: plan ${planID} rolls out seid:v1`);
  t.is(
    condition(update, 'Progressing'),
    `True PlanActive: image update plan ${planID}, at apply-statefulset`,
  );
  const { id } = currentTask(update.status!.plan!)!;
  const plan = advance(update.status!.plan!, { id, attempt: 0, kind: 'terminal', message: 'no' }, now);
  const failed = looked({ ...update, status: { ...update.status, plan } });
  t.is(
    condition(failed, 'NodeUpdateInProgress'),
    `False UpdateFailed: plan ${planID}: task apply-statefulset failed: no`,
  );
  const done = {
    ...plan,
    phase: 'Complete',
    tasks: plan.tasks.map(task => ({ ...task, status: 'Complete' as const })),
  } as const;
  const complete = looked({ ...update, status: { ...update.status, currentImage: 'seid:v1', plan: done } });
  t.is(condition(complete, 'NodeUpdateInProgress'), `False UpdateComplete: plan ${planID} is complete`);
});

test('Progressing keeps the generation that was acted on while a plan runs, and takes the next when it is done', t => {
  const generation = (subject: SeiNode) =>
    subject.status?.conditions?.find(({ type }) => type === 'Progressing')?.observedGeneration;
  const begun = looked(node(fullNode));
  const tasks = begun.status!.plan!.tasks.map((task, index) =>
    index < 4
      ? { ...task, status: 'Complete' as const }
      : index === 4
        ? { ...task, submittedAt: '2026-05-01T12:00:00Z' }
        : task,
  );
  const sent = { ...begun, status: { ...begun.status, plan: { ...begun.status!.plan!, tasks } } };
  const changed = looked(changedSpec(sent, { overrides: { a: 'b' } }), nothing, now, otherPlanID);
  t.is(changed.status?.plan?.id, planID);
  t.is(generation(changed), 1);
  const idle = looked(changedSpec(node(fullNode, running), { overrides: { a: 'b' } }));
  t.is(generation(idle), 2);
});

const sidecar = test.macro((t, observed: Observed['sidecar'], shown: string | undefined) => {
  const told = condition(looked(node(fullNode, running), { ...nothing, sidecar: observed }), 'SidecarReady');
  t.is(told?.split(':')[0], shown);
});

test('a sidecar that is ready', sidecar, { ready: true }, 'True Ready');
test('a sidecar that lost readiness', sidecar, { ready: false }, 'False NotReady');
test('a sidecar that nothing is known of', sidecar, {}, 'Unknown Unreachable');
test('a sidecar that was told mark-ready just now is no news', t => {
  const subject = node(fullNode, {
    ...running,
    plan: {
      phase: 'Complete',
      tasks: [{ id: 'm', type: 'mark-ready', status: 'Complete', submittedAt: '2026-05-01T12:00:00Z' }],
    },
  });
  t.is(condition(looked(subject, { ...nothing, sidecar: { ready: false } }), 'SidecarReady'), undefined);
});
test('of a node that is not Running the sidecar is not told', t => {
  t.is(
    condition(looked(node(fullNode), { ...nothing, sidecar: { ready: false } }), 'SidecarReady'),
    undefined,
  );
});

test('of a node that goes nothing is said of a sidecar any more', t => {
  const conditions = [{ type: 'SidecarReady', status: 'True', reason: 'Ready', message: '' }] as const;
  const going = node(
    fullNode,
    { phase: 'Running', conditions },
    { deletionTimestamp: '2026-05-01T11:00:00Z' },
  );
  t.is(condition(looked(going, nothing), 'SidecarReady'), undefined);
});

test('what spec asks for in vain is told, and gone once it is gone', t => {
  const faults = [
    { field: 'spec.a', message: 'is not served', reason: 'FieldNotServed', blocks: 'nothing' },
    { field: 'spec.b', message: 'is wrong', reason: 'FieldInvalid', blocks: 'every plan' },
  ] as const;
  const told = looked(node(fullNode), { ...nothing, faults });
  t.is(condition(told, 'SpecServed'), 'False FieldInvalid: spec.a is not served; spec.b is wrong');
  t.is(condition(told, 'Progressing'), 'False SpecNotServed: spec.b is wrong');
  t.is(condition(looked(told), 'SpecServed'), undefined);
});

test('a pinned sidecar image is warned of with the plan that would give it probes', t => {
  const pinned = looked(node({ ...fullNode, sidecar: { image: 'seictl:old' } }));
  t.regex(
    condition(pinned, 'SidecarImagePinned') ?? '',
    /^True ImagePinned: spec.sidecar.image is seictl:old/,
  );
  t.is(condition(looked(node(fullNode)), 'SidecarImagePinned'), undefined);
});

test('conditions of keys and volumes that spec no longer asks for are taken away', t => {
  const types = ['ImportPVCReady', 'SigningKeyReady', 'NodeKeyReady', 'OperatorKeyringReady'] as const;
  const conditions = types.map(
    type => ({ type, status: 'True', reason: conditionReasons[type].ready, message: '' }) as const,
  );
  const bare = looked(node(fullNode, { ...running, conditions }));
  t.deepEqual(
    types.filter(type => condition(bare, type)),
    [],
  );
  const asked = {
    validator: { signingKey: {}, nodeKey: {}, operatorKeyring: {} },
    dataVolume: { import: { pvcName: 'p' } },
  };
  t.deepEqual(
    types.filter(type => condition(looked(node(asked, { ...running, conditions })), type)),
    [...types],
  );
});

test('what a task waits for is shown, and looked at again after five seconds', t => {
  const subject = looked(node(fullNode));
  const decision = decide(subject, nothing, { now, planID });
  const step = taskWaiting(currentTask(decision.plan!)!, 'PVC p is not bound', now);
  const status = nextStatus(subject, nothing, { ...decision, step }, {}, now);
  t.is(
    condition({ ...subject, status }, 'Progressing'),
    'True TaskWaiting: task ensure-data-pvc waits: PVC p is not bound',
  );
  t.deepEqual(nextLook(step, status, undefined, now), after(5));
});

test('a sidecar is asked what became of a task after 10 ms, and again after 100 ms where it could not be asked, then ever later', t => {
  t.deepEqual([0, 1, 2, 8, 9, 60].map(pollDelay), [10, 20, 40, 2560, 5000, 5000]);
  t.deepEqual([0, 1, 2, 5, 6, 60].map(retryDelay), [100, 200, 400, 3200, 5000, 5000]);
});

// Events
const tlsStatus = (verdict: TLSVerdict): SeiNodeStatus => ({
  phase: 'Running',
  conditions: [{ type: 'SidecarTLSSecretReady', ...verdict }],
});
const tells = test.macro((t, before: SeiNodeStatus | undefined, next: SeiNodeStatus, told: string[]) => {
  t.deepEqual(
    eventsOf(before, next).map(({ type, reason, message }) => `${type} ${reason}: ${message}`),
    told,
  );
});
const bad = 'Warning SidecarTLSSecretNotReady: lacks the DNS names a, b';
const good = 'Normal SidecarTLSSecretReady: served until 2027';

test('a Secret that is not ready from the first is told', tells, { phase: 'Running' }, tlsStatus(mismatch), [
  bad,
]);
test('one that was ready and is not', tells, tlsStatus(ready), tlsStatus(mismatch), [bad]);
test('one that was not and is', tells, tlsStatus(mismatch), tlsStatus(ready), [good]);
test('one that could be read again', tells, tlsStatus(unread), tlsStatus(ready), [good]);
test('one that is ready from the first is not', tells, { phase: 'Running' }, tlsStatus(ready), []);
test('one that cannot be read is not', tells, tlsStatus(ready), tlsStatus(unread), []);
test(
  'another fault of the same Secret is not',
  tells,
  tlsStatus({ ...mismatch, reason: 'NotFound' }),
  tlsStatus(mismatch),
  [],
);
test('a change of phase is told', tells, { phase: 'Initializing' }, { phase: 'Running' }, [
  'Normal PhaseTransition: phase changed from Initializing to Running',
]);
test('a phase that stays is not', tells, { phase: 'Running' }, { phase: 'Running' }, []);
test('a failure is told once, with its cause', t => {
  const conditions = [
    { type: 'Progressing', status: 'False', reason: 'PlanFailed', message: 'task x failed: y' },
  ] as const;
  const failed = { phase: 'Failed', conditions } as const;
  t.deepEqual(
    eventsOf({ phase: 'Initializing' }, failed).map(({ reason, message }) => `${reason}: ${message}`),
    ['PhaseTransition: phase changed from Initializing to Failed', 'NodeFailed: task x failed: y'],
  );
  t.deepEqual(eventsOf(failed, failed), []);
});
test('readiness lost and restored is told', t => {
  const status = (state: 'True' | 'False'): SeiNodeStatus => ({
    conditions: [{ type: 'SidecarReady', status: state, reason: 'R', message: '' }],
  });
  t.is(eventsOf(status('True'), status('False'))[0]?.reason, 'SidecarReadinessLost');
  t.is(eventsOf(status('False'), status('True'))[0]?.reason, 'SidecarReadinessRestored');
});

// Specs that the CRD lets through
const faulty = test.macro((t, spec: Partial<SeiNode['spec']>, told: string[]) => {
  t.deepEqual(
    planFaults(node(spec)).map(({ field, blocks }) => `${field} ${blocks}`),
    told,
  );
});
const generation = (tendermint?: { keepRecent: number; publish?: object }) => ({
  snapshotGeneration: { ...(tendermint && { tendermint }) },
});

test('a plain full node has no faults', faulty, fullNode, []);
test(
  'snapshots that are published are two at least',
  faulty,
  { archive: generation({ keepRecent: 1, publish: {} }) },
  ['spec.archive.snapshotGeneration.tendermint.keepRecent every plan'],
);
const keyed = (secretName: string) => ({ secret: { secretName } });
const keys = { signingKey: keyed('consensus'), nodeKey: keyed('p2p') };
const ceremony = { accountBalance: '1usei', chainId: 'arctic-1', index: 0, stakingAmount: '1usei' };
test(
  'a genesis ceremony makes a key of its own',
  faulty,
  { validator: { ...keys, genesisCeremony: ceremony } },
  ['spec.validator.signingKey every plan'],
);
test('without that a validator has its key', faulty, { validator: keys }, []);
const passphraseSecretRef = { secretName: 'passphrase', key: 'word' };
for (const secretName of ['consensus', 'p2p', 'keyring', 'passphrase']) {
  const operatorKeyring = { secret: { secretName: 'keyring', passphraseSecretRef } };
  test(
    `the Secret of TLS, which the proxy sees whole, is not that of ${secretName}`,
    faulty,
    { validator: { ...keys, operatorKeyring }, sidecar: { tls: { secretName } } },
    ['spec.sidecar.tls.secretName every plan'],
  );
}
test('two are enough', faulty, { archive: generation({ keepRecent: 2, publish: {} }) }, []);
test('one that is not published is enough', faulty, { archive: generation({ keepRecent: 1 }) }, []);
test('snapshotGeneration that says nothing is wrong', faulty, { fullNode: generation() }, [
  'spec.fullNode.snapshotGeneration every plan',
]);
test(
  'a replayer starts from S3',
  faulty,
  { replayer: { snapshot: { stateSync: {} } }, peers: [{ static: { addresses: ['a'] } }] },
  ['spec.replayer.snapshot every plan'],
);
const replaying = (resultExport: object, targetHeight = 1) => ({
  replayer: { snapshot: { s3: { targetHeight } }, resultExport },
  peers: [{ static: { addresses: ['a'] } }],
});
const shadow = (canonicalRpc: string) => replaying({ shadowResult: { canonicalRpc } });
test('a replayer that compares has no faults', faulty, shadow('http://rpc.example.com:26657'), []);
test('a replayer needs a height', faulty, replaying({ shadowResult: { canonicalRpc: 'http://a' } }, 0), [
  'spec.replayer.snapshot.s3.targetHeight every plan',
]);
test('resultExport that says nothing is wrong', faulty, replaying({}), [
  'spec.replayer.resultExport every plan',
]);
for (const address of ['rpc.example.com:26657', 'http://u:p@rpc', 'http://rpc/?k=v', 'file:///x']) {
  test(`${address} is no RPC to compare with`, faulty, shadow(address), [
    'spec.replayer.resultExport.shadowResult.canonicalRpc init',
  ]);
}
test('no mode and no other mode than one', faulty, {}, ['spec every plan']);
test('a logging level is passed over', faulty, { ...fullNode, overrides: { 'logging.level': 'debug' } }, [
  'spec.overrides["logging.level"] nothing',
]);
test(
  'the logging level that every node has is not',
  faulty,
  { ...fullNode, overrides: { 'logging.level': 'info' } },
  [],
);

test('the posture is a condition of every node, holds nothing back, and is told where it changes', t => {
  const open = { status: 'False', reason: 'Open', message: '8443 is open' } as const;
  const closed = { status: 'True', reason: 'Ready', message: 'nobody else is let in' } as const;
  const first = looked(node(fullNode), { ...nothing, posture: open });
  t.is(condition(first, 'SidecarNetworkPolicyReady'), 'False Open: 8443 is open');
  t.is(first.status?.conditions?.at(-1)?.observedGeneration, 1);
  t.is(first.status?.plan?.phase, 'Active');
  const unknown = looked(first, nothing);
  t.is(condition(unknown, 'SidecarNetworkPolicyReady'), 'False Open: 8443 is open');
  const second = looked(first, { ...nothing, posture: closed });
  const told = (before: SeiNode, after: SeiNode) =>
    eventsOf(before.status, after.status!)
      .filter(({ reason }) => reason.startsWith('SidecarNetworkPolicy'))
      .map(({ type, reason, message }) => `${type} ${reason}: ${message}`);
  t.deepEqual(told(node(fullNode), first), ['Warning SidecarNetworkPolicyNotReady: 8443 is open']);
  t.deepEqual(told(first, second), ['Normal SidecarNetworkPolicyReady: nobody else is let in']);
  t.deepEqual(told(node(fullNode), second), []);
});
