import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Params } from '../../../sidecar/result-export/params.ts';
import type { Wait } from '../../../sidecar/result-export/persistently.ts';
import { exportResults } from '../../../sidecar/result-export/run.ts';
import type { ObjectStore } from '../../object-store/object-store.ts';
import type { Place } from '../snapshots/place.ts';

/** Where the published sidecar keeps the last height. */
export const stateFile = '.sei-sidecar-last-export.json';

/** Runs the task until it ends. @param pause what happens where it waits; else it is stopped there. */
export function exporting(here: Place, params: Partial<Params>, pause: Wait = stopping(here)) {
  const asked = { bucket: here.bucket, region: 'us-east-1', prefix: 'results/pacific-1', ...params };
  return exportResults(asked, here.context, pause);
}

/** Ends the task at its first wait, where it has done all that there is to do. */
export function stopping(here: Place): Wait {
  return async () => {
    here.stop.abort(new Error('enough'));
    here.stop.signal.throwIfAborted();
  };
}

/** The names of all objects, in the order of their heights. */
export function objects(store: ObjectStore, { bucket }: Pick<Place, 'bucket'>): string[] {
  const directory = join(store.root, bucket, 'results/pacific-1');
  if (!existsSync(directory)) return [];
  return readdirSync(directory).toSorted(
    (one, other) => Number.parseInt(one, 10) - Number.parseInt(other, 10),
  );
}

/** What an object holds, one value a line. */
// biome-ignore lint/suspicious/noExplicitAny: tests look into it as they know it
export function linesOf(store: ObjectStore, here: Pick<Place, 'bucket'>, name: string): any[] {
  const text = gunzipSync(bytesOf(store, here, name)).toString();
  if (!text.endsWith('\n')) throw new Error('the last line has no end');
  return text
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line));
}

export function bytesOf(store: ObjectStore, { bucket }: Pick<Place, 'bucket'>, name: string): Buffer {
  return readFileSync(join(store.root, bucket, 'results/pacific-1', name));
}

/** Numbers one after the other. */
export function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
