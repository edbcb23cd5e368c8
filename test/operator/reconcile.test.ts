import test from 'ava';
import { seiNodes } from '../../cluster/resource.ts';
import { nextStatus } from '../../core/plan/status.ts';
import type { SeiNode } from '../../core/seinode.ts';
import { Progress } from '../../operator/progress.ts';
import { type Reconciling, reconcile } from '../../operator/reconcile.ts';
import { fullNode, node, now, tls } from '../core/plan/nodes.ts';
import { settings } from '../core/resources/nodes.ts';

const notAfterUnix = Math.ceil(now.getTime() / 1000);
const judgement = {
  verdict: { status: 'True', reason: 'Ready', message: 'is valid' },
  validity: { notBeforeUnix: 0, notAfterUnix },
} as const;
const expiry = notAfterUnix * 1000 + 1;

for (const [how, judgedAt, doneAt, again] of [
  ['that expires later is judged again then', expiry - 5_000, expiry - 5_000, 5_000],
  ['that expires while the node is worked is judged again at once', expiry - 1, expiry, 0],
  ['that has expired is judged no more', expiry, expiry, undefined],
] as const) {
  test(`a certificate ${how}`, async t => {
    const moments = [judgedAt];
    const around = aroundNode(() => new Date(moments.shift() ?? doneAt));
    t.is(await reconcile('arctic/n0', around), again);
  });
}

/** A node that runs, of which all is as it should be. */
function aroundNode(clock: () => Date): Reconciling {
  const running = node({ ...fullNode, sidecar: tls }, undefined, {
    finalizers: ['sei.io/seinode-finalizer'],
  });
  const decision = {
    phase: 'Running',
    plan: undefined,
    currentImage: 'seid:v1',
    step: { kind: 'steady' },
  } as const;
  const status = nextStatus(running, { ...judgement, faults: [], sidecar: {} }, decision, {}, now);
  const stored: SeiNode = { ...running, status };
  return {
    caches: { mayReconcile: () => true },
    objects: {
      cached: (resource: unknown) => (resource === seiNodes ? stored : { metadata: {} }),
      nodes: () => [stored],
    },
    gate: { judge: async () => judgement },
    asks: { next: () => ({}), forget: () => {} },
    progress: new Progress(),
    recorder: { record: () => {} },
    settings,
    now: clock,
    planID: () => 'plan',
  } as never;
}
