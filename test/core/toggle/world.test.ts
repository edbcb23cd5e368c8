import test from 'ava';
import fc from 'fast-check';
import { type Happening, happenings, World } from './world.ts';

/** Enough for a toggle to end, once nobody disturbs it. */
const calm: readonly Happening[] = Array.from({ length: 30 }, () => [
  'toggle' as const,
  'finalizer' as const,
  'garbage collection' as const,
  'StatefulSet' as const,
  'pod' as const,
  'node' as const,
]).flat();

/** What is under way in networks may come when all is over. */
const late: readonly Happening[] = Array.from({ length: 60 }, () => 'a write comes late' as const);

test('whatever happens in whatever order, no volume is lost, no pod is doubled, and the toggle ends as wanted', t => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...happenings), { maxLength: 60, size: 'max' }), troubles => {
      const world = new World();
      for (const happening of [...troubles, ...calm, ...late, ...calm]) world.happen(happening);
      const faults = [...world.faults, ...world.endFaults()];
      if (faults.length > 0)
        throw new Error(`${faults.join('; ')}: ${world.told.slice(0, troubles.length * 2 + 20).join(', ')}`);
    }),
    { seed: 7, numRuns: 20_000, includeErrorInReport: true },
  );
  t.pass();
});
