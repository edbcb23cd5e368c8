import { seiNodes } from '../../cluster/resource.ts';
import { applyPeers } from '../../core/plan/given-peers.ts';
import { conditionOf, type SeiNode } from '../../core/seinode.ts';
import type { Place } from './place.ts';
import { withOperator } from './with-operator.ts';

const { test, bed, inNamespace } = withOperator();

const fleet = { fleet: 'arctic' };
const peers = [{ label: { selector: fleet } }];
const hosts = (place: Place, ...names: string[]) => names.map(name => place.namesOf(name)[1]!);
const resolved = (place: Place, name = 'n0') =>
  place.found<SeiNode>(seiNodes, name)?.status?.resolvedPeers ?? [];

/** What the sidecar of n0 was sent to find peers by, each time. */
const asked = (place: Place) =>
  bed()
    .sidecars.tasksOf(place.key('n0'))
    .filter(({ type }) => type === 'discover-peers')
    .map(({ params }) => (params as { sources: object[] }).sources);

async function isResolved(place: Place, ...names: string[]): Promise<number> {
  const begun = performance.now();
  const expected = JSON.stringify(hosts(place, ...names));
  await place.awaits(`resolves ${expected}`, () => JSON.stringify(resolved(place)) === expected);
  return performance.now() - begun;
}

test('nodes that come, go and change their labels are told at once; no node is touched for it', async t => {
  const place = await inNamespace('crowd');
  await place.node({}, 'n1', fleet);
  await place.node({ peers }, 'n0', fleet);
  await place.runs();
  const pod = place.podOf();
  await place.says('PeersCurrent', 'True PeersApplied');
  const took: number[] = [];
  const soon = async (...names: string[]) => took.push(await isResolved(place, ...names));

  await place.node({}, 'n2', fleet);
  await soon('n1', 'n2');
  await place.says(
    'PeersCurrent',
    'False PeersChanged',
    /^added n2-0\.n2\.crowd\.svc\.cluster\.local; to have/,
  );
  await place.patch(seiNodes, 'n2', { metadata: { labels: { fleet: 'other' } } });
  await soon('n1');
  await place.says('PeersCurrent', 'True PeersApplied');
  await place.remove(seiNodes, 'n1');
  await soon();
  await place.says('PeersCurrent', 'False PeersChanged', /^removed n1-0.*an empty list is given to no node$/);

  t.log(took.map(milliseconds => `${milliseconds.toFixed()} ms`).join(', '));
  // Were they kept back, as they are where many come, it would be 10 s.
  t.true(took.every(milliseconds => milliseconds < 9_500));
  t.is(place.podOf(), pod);
  t.deepEqual(asked(place), [[{ type: 'dnsEndpoints', endpoints: hosts(place, 'n1') }]]);
});

test('labels select in the namespace that they name', async t => {
  const [place, other] = [await inNamespace('here'), await inNamespace('there')];
  const elsewhere = [{ label: { selector: fleet, namespace: 'there' } }];
  await place.node({}, 'n1', fleet);
  await place.node({ peers: elsewhere }, 'n0', fleet);
  await other.node({}, 'n0', fleet);
  const expected = hosts(other, 'n0');
  await place.awaits('resolves there', () => `${resolved(place)}` === `${expected}`);
  await other.remove(seiNodes, 'n0');
  await place.awaits('resolves nobody', () => resolved(place).length === 0);
  t.pass();
});

test('a label that none can be is told, selects nobody, and leaves the other sources alone', async t => {
  const place = await inNamespace('no-label');
  const fixed = { static: { addresses: ['a@h:1'] } };
  await place.node({ peers: [{ label: { selector: { fleet: 'not a value' } } }, fixed] });
  await place.says(
    'SpecServed',
    'False FieldInvalid',
    /^spec\.peers\[0\]\.label\.selector\.fleet .*; it selects nobody$/,
  );
  await place.runs();
  t.deepEqual(asked(place), [[{ type: 'static', addresses: ['a@h:1'] }]]);
});

test('an edit of spec.peers is given to the node by the wish that the condition names, once, and no pod restarts', async t => {
  const place = await inNamespace('wish');
  const of = (...addresses: string[]) => [{ static: { addresses } }];
  await place.node({ peers: of('a@h:1') });
  await place.runs();
  const pod = place.podOf();
  await place.patch(seiNodes, 'n0', { spec: { peers: of('b@h:1', 'a@h:1') } });
  const { message } = await place.says(
    'PeersCurrent',
    'False PeersChanged',
    /^added b@h:1; to have them written/,
  );
  const [, digest] = /sei\.io\/apply-peers=(\w+);/.exec(message) ?? [];
  await place.patch(seiNodes, 'n0', { metadata: { annotations: { [applyPeers]: 'another' } } });
  await place.patch(seiNodes, 'n0', { spec: { overrides: { 'evm.http_port': '9545' } } });
  await place.becomes('acts on the edit', node => {
    const { observedGeneration } = conditionOf(node.status, 'PeersCurrent') ?? {};
    return observedGeneration === node.metadata.generation;
  });
  t.is(asked(place).length, 1);

  await place.patch(seiNodes, 'n0', { metadata: { annotations: { [applyPeers]: digest } } });
  await place.says('PeersCurrent', 'True PeersApplied');
  t.deepEqual(asked(place)[1], [{ type: 'static', addresses: ['b@h:1', 'a@h:1'] }]);
  await place.patch(seiNodes, 'n0', { spec: { peers: of('a@h:1', 'b@h:1', 'a@h:1') } });
  await place.becomes('sees the edit', node => {
    const condition = conditionOf(node.status, 'PeersCurrent');
    return condition?.status === 'True' && condition.observedGeneration === node.metadata.generation;
  });
  t.is(asked(place).length, 2);
  t.is(place.podOf(), pod);

  // What it was given outlives the plan that gave it.
  await place.patch(seiNodes, 'n0', { spec: { image: 'sei:v6.4.0' } });
  await place.becomes('rolls out', ({ status }) => status?.currentImage === 'sei:v6.4.0');
  const { status } = await place.runs();
  t.deepEqual(status?.appliedPeers, ['a@h:1', 'b@h:1']);
  t.is(conditionOf(status, 'PeersCurrent')?.status, 'True');
  // The stand-in forgets with its pod.
  t.deepEqual(asked(place), []);
});

test('peers that a wish cannot find leave the node running, and are looked for again', async t => {
  const place = await inNamespace('not-found');
  await place.node({ peers: [{ static: { addresses: ['a@h:1'] } }] });
  await place.runs();
  bed().said.fates.set(place.key('n0'), ({ type }) =>
    type === 'discover-peers' ? { failed: 'no peer was found' } : 'completed',
  );
  await place.patch(seiNodes, 'n0', { spec: { peers: [{ static: { addresses: ['b@h:1'] } }] } });
  const { message } = await place.says('PeersCurrent', 'False PeersChanged');
  const [, digest] = /sei\.io\/apply-peers=(\w+);/.exec(message) ?? [];
  await place.patch(seiNodes, 'n0', { metadata: { annotations: { [applyPeers]: digest } } });
  await place.says('Progressing', 'False PlanFailed', /no peer was found; another plan follows/);
  const { status } = place.found<SeiNode>(seiNodes, 'n0')!;
  t.is(status?.phase, 'Running');
  t.is(conditionOf(status, 'PeersCurrent')?.reason, 'PeersChanged');
});
