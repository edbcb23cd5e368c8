import anyTest from 'ava';
import { makePlace } from '../integration/furniture.ts';
import type { Place } from '../integration/place.ts';
import { withControlPlane } from '../integration/with-control-plane.ts';
import type { Declare } from '../requires.ts';
import { type Bed, type BedOptions, startBed } from './started-bed.ts';

export type { Bed } from './started-bed.ts';

/**
 * A `test` for what needs a bed, and the one that all tests of this file share, each in namespaces of its own.
 *
 * @param declare `test.serial` where they stop its controller.
 */
export function withBed(
  options: BedOptions,
  declare: Declare = anyTest,
): {
  test: ReturnType<typeof withControlPlane>['test'];
  bed: () => Bed;
  inNamespace: (name: string) => Promise<Place>;
} {
  let bed: Bed | undefined;
  const { test } = withControlPlane(declare, async controlPlane => {
    bed = await startBed(controlPlane, options);
    return bed.stop;
  });
  return { test, bed: () => bed as Bed, inNamespace: name => makePlace(bed as Bed, name) };
}
