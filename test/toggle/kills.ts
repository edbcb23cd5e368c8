import type { Place } from '../integration/place.ts';
import type { Bed } from './bed.ts';
import { broken, disable, enable, type Test, writesOf } from './broken.ts';

/** More than any takes; what is beyond the last write breaks nothing. */
const writes = 12;

/** The plugin is killed before and after each of its writes, and another goes on, forward or back. */
export function kills(test: Test, bed: () => Bed, inNamespace: (name: string) => Promise<Place>): void {
  for (const [name, operation] of Object.entries({ enable, disable })) {
    test(`${name} takes no more than ${writes} writes`, async t => {
      t.true((await writesOf(t, bed(), await inNamespace(`${name}-writes`), operation)) <= writes);
    });
    for (const then of ['resume', 'abort'] as const) {
      for (const [fault, when] of [
        ['hold', 'before'],
        ['hold answer', 'after'],
      ] as const) {
        for (let at = 1; at <= writes; at += 1) {
          test(`${name} is killed ${when} write ${at}, then ${then}`, async t => {
            const place = await inNamespace(`${name}-${when}-${at}-${then}`);
            await broken(t, bed(), place, operation, { fault, at, then });
          });
        }
      }
    }
  }
}
