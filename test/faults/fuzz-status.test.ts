import test from 'ava';
import { decide } from '../../core/plan/decide.ts';
import { eventsOf } from '../../core/plan/events.ts';
import { nextLook } from '../../core/plan/next-look.ts';
import { nextStatus } from '../../core/plan/status.ts';
import { statusPatch } from '../../core/plan/status-patch.ts';
import { storedFaults } from '../../core/schema/stored.ts';
import type { SeiNode } from '../../core/seinode.ts';
import { fullNode, node, now, planID, tls } from '../core/plan/nodes.ts';
import { fuzz, noSentence } from './fuzz/fuzz.ts';
import { mutateValue } from './fuzz/mutate.ts';

const made = node({ ...fullNode, sidecar: tls });
const observed = {
  verdict: { status: 'True', reason: 'Ready', message: 'served' },
  faults: [],
  sidecar: { ready: true, startedAt: '2026-05-01T11:00:00Z' },
} as unknown as Parameters<typeof decide>[1];

/** The statuses of a node as it comes to run, one after the other. */
function statuses(): readonly SeiNode[] {
  const told: SeiNode[] = [made];
  for (let at = 0; at < 3; at++) {
    const stored = told.at(-1)!;
    const decision = decide(stored, observed, { now, planID });
    told.push({ ...stored, status: nextStatus(stored, observed, decision, {}, now) });
  }
  return told;
}
const corpus = statuses();

test('a status with anything done to it is decided upon as ever, or refused in a sentence', async t => {
  await fuzz(t, {
    who: 'operator',
    fault: 'a status that somebody wrote into',
    count: 3_000,
    whole: 20_000,
    holds: random => {
      const { status, ...rest } = random.pick(corpus);
      const text = JSON.stringify({ ...rest, status: mutateValue(random, status ?? {}) });
      const stored = JSON.parse(text) as SeiNode;
      const [fault] = storedFaults(stored);
      if (fault !== undefined) return noSentence(`${fault.field} ${fault.message}`);
      const decision = decide(stored, observed, { now, planID });
      const after = nextStatus(stored, observed, decision, {}, now);
      statusPatch(stored.status, after);
      eventsOf(stored.status, after);
      nextLook(decision.step, after, undefined, now);
      return undefined;
    },
  });
});
