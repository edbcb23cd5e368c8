import test from 'ava';
import fc from 'fast-check';
import { advance } from '../../../core/plan/advance.ts';
import { imageUpdatePlan, initPlan, peersPlan } from '../../../core/plan/build.ts';
import { decide } from '../../../core/plan/decide.ts';
import { applyPeers, givenPeers, peersDigest, peersOf, peerTexts } from '../../../core/plan/given-peers.ts';
import type { Observed } from '../../../core/plan/observed.ts';
import { nextStatus } from '../../../core/plan/status.ts';
import { statusPatch } from '../../../core/plan/status-patch.ts';
import { conditionOf, type SeiNode, type SeiNodeStatus, type TaskPlan } from '../../../core/seinode.ts';
import { after, fullNode, node, now, otherPlanID, planID, refusals } from './nodes.ts';

const observed: Observed = { faults: [], sidecar: { ready: true }, image: 'seid:v1' };
const running: SeiNodeStatus = { phase: 'Running', currentImage: 'seid:v1' };
const [a, b, c] = ['a@h:1', 'b@h:1', 'c@h:1'];
const fixed = (...addresses: string[]) => [{ static: { addresses } }];
const label = { label: { selector: { fleet: 'arctic' } } };
const host = (name: string) => `${name}-0.${name}.arctic.svc.cluster.local`;

/** A plan that is complete, its discover-peers done with these parameters. */
function planOf(params: object, types = ['config-apply', 'discover-peers', 'mark-ready']): TaskPlan {
  const tasks = types.map(type => ({ id: type, type, status: 'Complete' as const }));
  return {
    id: planID,
    phase: 'Complete',
    tasks: tasks.map(task => (task.type === 'discover-peers' ? { ...task, params: { ...params } } : task)),
  };
}

const given = (...addresses: string[]) => planOf({ sources: [{ type: 'static', addresses }] });

function looked(subject: SeiNode, seen: Observed = observed, at = now): SeiNode {
  const decision = decide(subject, seen, { now: at, planID: otherPlanID });
  return { ...subject, status: nextStatus(subject, seen, decision, {}, at) };
}

/** PeersCurrent after one look. */
function said(peers: SeiNode['spec']['peers'], status: SeiNodeStatus, seen?: Observed): string | undefined {
  const found = conditionOf(
    looked(node({ ...fullNode, ...(peers && { peers }) }, status), seen).status,
    'PeersCurrent',
  );
  return found && `${found.status} ${found.reason}: ${found.message}`;
}

const wish = (...peers: string[]) => ({ annotations: { [applyPeers]: peersDigest(peers) } });

test('a node has the condition where it has peers, or was given some, and runs', t => {
  t.is(said(undefined, running), undefined);
  t.is(said([], running), undefined);
  t.is(said(fixed(a), { phase: 'Initializing', plan: { ...given(a), phase: 'Active' } }), undefined);
  t.regex(
    said(fixed(a), running) ?? '',
    /^Unknown PeersUnknown: which peers .* is not known; to have them written/,
  );
  t.regex(said(fixed(a), { ...running, plan: given(a) }) ?? '', /^True PeersApplied: /);
  t.regex(
    said([], { ...running, plan: given(a) }) ?? '',
    /^False PeersChanged: removed a@h:1; seid keeps the peers/,
  );
});

test('a validator of a genesis ceremony has its peers from elsewhere: nothing is told, and no wish is heeded', t => {
  const spec = { validator: { genesisCeremony: {} }, peers: fixed(a) };
  const { status } = looked(node(spec, running, wish(a)));
  t.is(conditionOf(status, 'PeersCurrent'), undefined);
  t.is(status?.plan, undefined);
});

test('what came and went is told, with what gives it to the node', t => {
  const status = { ...running, plan: given(a, b) };
  const digest = peersDigest([b, c]);
  t.is(
    said(fixed(c, b), status),
    `False PeersChanged: added ${c}; removed ${a}; to have them written: kubectl annotate --overwrite seinode -n arctic n0 sei.io/apply-peers=${digest}; seid reads them as its pod starts anew: kubectl delete pod -n arctic n0-0`,
  );
});

test('of many five are named; what is no name is quoted and cut', t => {
  const many = Array.from({ length: 300 }, (_, at) => `${'p'.repeat(40)}${1000 + at}@h:1`);
  const message = said(fixed(...many, a), { ...running, plan: given(a) }) ?? '';
  t.regex(message, /added (p+100\d@h:1, ){5}295 more; to have/);
  t.true(message.length < 800);
  t.regex(
    said(fixed(`\u001b[31m${'x'.repeat(500)}`), { ...running, plan: given(a) }) ?? '',
    /added "\\u001b\[31mx{40,60}\.\.\."; removed/,
  );
});

test('the order of peers, of tags and of sources is none, nor how often one is named', t => {
  const peers = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,6}$/), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(peers, fc.infiniteStream(fc.integer({ min: 0, max: 7 })), (names, stream) => {
      const shuffled = names.toSorted(() => (stream.next().value ?? 0) - 3.5);
      const twice = [...shuffled, ...shuffled.slice(0, 2)];
      t.regex(
        said([...fixed(...twice), ...fixed(names[0]!)], { ...running, plan: given(...names) }) ?? '',
        /^True/,
      );
      t.regex(
        said(fixed(...names, 'another'), { ...running, plan: given(...names) }) ?? '',
        /^False .* added another;/,
      );
    }),
    { seed: 20260501, numRuns: 100 },
  );
  const tags = { type: 'ec2Tags', region: 'eu-1', tags: { b: '2', a: '1' } };
  t.deepEqual(peerTexts([tags, { ...tags, tags: { a: '1', b: '2' } }]), ['ec2Tags eu-1 a=1,b=2']);
});

test('what a sidecar or another operator may have left as sources is read or passed over, never thrown at', t => {
  fc.assert(
    fc.property(fc.anything(), sources => {
      const texts = peerTexts(sources);
      t.deepEqual(texts, [...new Set(texts)].toSorted());
    }),
    { numRuns: 300 },
  );
  t.deepEqual(givenPeers({ plan: planOf({ Sources: [{ type: 'static', addresses: [a] }] }) }), [a]);
});

test('labels count by the names they resolve to', t => {
  const plan = planOf({ sources: [{ type: 'dnsEndpoints', endpoints: [host('n1'), host('n2')] }] });
  const status = { ...running, plan, resolvedPeers: [host('n1'), host('n2')] };
  t.regex(said([label], status, { ...observed, resolvedPeers: [host('n1'), host('n2')] }) ?? '', /^True/);
  const gone = said([label], status, { ...observed, resolvedPeers: [host('n2')] }) ?? '';
  t.true(gone.startsWith(`False PeersChanged: removed ${host('n1')}; to have them written`), gone);
  const alone = said([label], status, { ...observed, resolvedPeers: [] }) ?? '';
  t.regex(
    alone,
    /^False PeersChanged: removed n1-0.*; seid keeps the peers that it has: an empty list is given to no/,
  );
});

test('a plan that no longer tells leaves it in appliedPeers, in the write that replaces it', t => {
  const before = node({ ...fullNode, peers: fixed(a), image: 'seid:v2' }, { ...running, plan: given(a, b) });
  const next = looked(before);
  t.is(next.status?.plan?.tasks.at(-2)?.type, 'observe-image');
  t.deepEqual(next.status?.appliedPeers, [a, b]);
  t.deepEqual(refusals(next), []);
  t.is(conditionOf(next.status, 'PeersCurrent')?.reason, 'PeersChanged');
  t.is(statusPatch(next.status, looked(next).status!), undefined);
});

test('a CRD that drops the field leaves nobody the wiser, and costs no write', t => {
  const before = node({ ...fullNode, peers: fixed(a), image: 'seid:v2' }, { ...running, plan: given(a) });
  const { appliedPeers, ...kept } = looked(before).status!;
  t.deepEqual(appliedPeers, [a]);
  const stored = looked({ ...before, status: kept });
  t.is(conditionOf(stored.status, 'PeersCurrent')?.reason, 'PeersUnknown');
  t.is(statusPatch(stored.status, looked(stored).status!), undefined);
});

test('the plan tells of the peers that the sidecar was done with, not of those it was made with', t => {
  const plan = initPlan(node({ ...fullNode, peers: [label] }, { resolvedPeers: [host('n1')] }), planID);
  const task = plan.tasks.find(({ type }) => type === 'discover-peers')!;
  const done = { ...plan, tasks: plan.tasks.map(each => ({ ...each, status: 'Complete' as const })) };
  const at = { ...done, tasks: done.tasks.map(each => (each.id === task.id ? task : each)) };
  const sources = [{ type: 'dnsEndpoints', endpoints: [host('n1'), host('n2')] }];
  const outcome = { id: task.id, attempt: 0, kind: 'complete' } as const;
  t.deepEqual(givenPeers({ plan: advance(at, { ...outcome, params: { sources } }, now) }), [
    host('n1'),
    host('n2'),
  ]);
  t.deepEqual(givenPeers({ plan: advance(at, outcome, now) }), [host('n1')]);
});

test('a wish for these very peers begins a plan that gives them, and for no others', t => {
  const status = { ...running, plan: given(a) };
  const planned = (annotations: object, seen = observed) =>
    looked({ ...node({ ...fullNode, peers: fixed(a, b) }, status, annotations) }, seen).status?.plan;
  t.is(planned({})?.id, planID);
  t.is(planned(wish(a))?.id, planID);
  t.is(planned(wish(a, c))?.id, planID);
  t.deepEqual(
    planned(wish(a, b))?.tasks.map(({ type, maxRetries }) => [type, maxRetries]),
    [['discover-peers', undefined]],
  );
  t.is(
    planned(wish(a, b), { ...observed, image: 'seid:v1', sidecar: { ready: false } })?.tasks[0]?.type,
    'mark-ready',
  );
});

test('a wish is heeded where nobody knows what a node has, and not for an empty list', t => {
  const first = node({ ...fullNode, peers: fixed(a) }, running, wish(a));
  t.is(looked(first).status?.plan?.tasks[0]?.type, 'discover-peers');
  const none = node({ ...fullNode, peers: [label] }, { ...running, plan: given(a) }, wish());
  t.is(looked(none, { ...observed, resolvedPeers: [] }).status?.plan?.id, planID);
});

test('a wish that was done is done: the condition is True, and nothing follows, whatever else is planned', t => {
  const subject = node({ ...fullNode, peers: fixed(a, b) }, { ...running, plan: given(a) }, wish(a, b));
  const plan = peersPlan(subject, otherPlanID);
  const complete = { id: plan.tasks[0]!.id, attempt: 0, kind: 'complete' } as const;
  const done = looked({ ...subject, status: { ...running, plan: advance(plan, complete, now) } });
  t.is(conditionOf(done.status, 'PeersCurrent')?.status, 'True');
  t.is(done.status?.plan?.phase, 'Complete');
  t.is(statusPatch(done.status, looked(done).status!), undefined);
  const update = {
    ...done,
    status: { ...done.status, plan: imageUpdatePlan(done, planID), appliedPeers: [a, b] },
  };
  t.is(peersOf(update, observed, update.status.plan).given?.length, 2);
});

test('peers that are not found are looked for again after a minute; readiness does not wait for that', t => {
  const subject = node({ ...fullNode, peers: fixed(a, b) }, { ...running, plan: given(a) }, wish(a, b));
  const plan = peersPlan(subject, planID);
  const fails = { id: plan.tasks[0]!.id, attempt: 0, kind: 'failed', message: 'no peer was found' } as const;
  const status = { ...running, plan: advance(plan, fails, now), appliedPeers: [a] };
  const failed = looked({ ...subject, status });
  t.is(failed.status?.phase, 'Running');
  t.is(conditionOf(failed.status, 'Progressing')?.reason, 'PlanFailed');
  t.is(conditionOf(failed.status, 'PeersCurrent')?.reason, 'PeersChanged');
  t.is(looked(failed, observed, after(30)).status?.plan?.id, planID);
  t.is(looked(failed, observed, after(61)).status?.plan?.id, otherPlanID);
  const unready = looked(failed, { ...observed, sidecar: { ready: false } }, after(5));
  t.is(unready.status?.plan?.tasks[0]?.type, 'mark-ready');
});
