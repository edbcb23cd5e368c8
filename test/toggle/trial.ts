import type { ExecutionContext } from 'ava';
import { until } from '../control-plane/until.ts';
import type { Place } from '../integration/place.ts';
import type { Bed } from './bed.ts';
import { type ByHand, byHand } from './by-hand.ts';
import { type Facts, factsOf, heldBy } from './facts.ts';
import { makeNode, type NodeOptions } from './node.ts';

/** A running node of a test, and the hands on it. */
export type Trial = ByHand & {
  readonly place: Place;
  /** Of who may do everything. */
  readonly kubeconfig: string;
  readonly before: Facts;
  readonly facts: () => Promise<Facts>;
  /** Waits until it is so. */
  readonly becomes: (check: (facts: Facts) => boolean) => Promise<boolean>;
};

/** Makes node n0 in a place. */
export async function beginTrial(bed: Bed, place: Place, options: NodeOptions = {}): Promise<Trial> {
  const before = await makeNode(bed, place, options);
  const facts = () => factsOf(bed, place);
  const becomes: Trial['becomes'] = check => until(async () => check(await facts()));
  return {
    ...byHand(bed.controlPlane, place),
    place,
    kubeconfig: bed.controlPlane.kubeconfig,
    before,
    facts,
    becomes,
  };
}

/** The volume and what was in it is gone. */
export async function losesVolume(t: ExecutionContext, { becomes, facts }: Trial): Promise<void> {
  const asked = performance.now();
  t.true(await becomes(({ volume, hasData }) => volume === undefined && !hasData));
  t.log(`lost ${Math.round(performance.now() - asked)} ms after kubectl delete`);
  // The node outlives its volume by as long as its finalizer takes to hear of it.
  t.true(
    await becomes(({ claim, node }) => claim === undefined && node === undefined),
    JSON.stringify(await facts()),
  );
}

/** The node that was made again runs, and has the volume that it had. */
export async function runsAgain(t: ExecutionContext, { becomes, facts, before }: Trial): Promise<void> {
  t.true(
    await becomes(({ node }) => node?.status?.phase === 'Running'),
    JSON.stringify((await facts()).node?.status),
  );
  const now = await facts();
  t.not(now.node?.metadata.uid, before.node?.metadata.uid);
  t.deepEqual(heldBy(now), heldBy(before));
}
