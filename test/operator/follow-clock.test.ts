import test from 'ava';
import { followClock } from '../../operator/follow-clock.ts';

for (const [what, sets, told] of [
  ['runs as time passes', [0, 0, 0], []],
  ['is set ahead and right again', [0, 3_600_000, 3_600_000, 0], [3_600_000, -3_600_000]],
  ['is set back while nobody looks', [-3_600_000], [-3_600_000]],
  ['is drawn slowly to the right time', [400, 800, 1_200, 1_600, 2_000], []],
] as const) {
  test(`a clock that ${what}`, async t => {
    let [passed, off] = [0, 0];
    const jumps: number[] = [];
    const ended = new AbortController();
    const left: number[] = [...sets];
    await followClock({
      clock: { now: () => passed, date: () => Date.UTC(2026, 4) + passed + off },
      signal: ended.signal,
      wait: async milliseconds => {
        passed += milliseconds;
        off = left.shift() ?? off;
        if (left.length === 0) ended.abort();
      },
      jumped: milliseconds => jumps.push(milliseconds),
    });
    t.deepEqual(jumps, [...told]);
  });
}
