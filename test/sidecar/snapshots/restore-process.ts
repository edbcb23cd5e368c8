import { fetching } from '../../../sidecar/snapshots/download.ts';
import { restore } from '../../../sidecar/snapshots/restore.ts';
import { freeBytes } from '../../../sidecar/snapshots/space.ts';
import { sidecarAt } from './place.ts';

// A process that restores a snapshot, for a test to kill: HOME BUCKET RANGE-BYTES RANGES-AT-ONCE.
const [home = '', bucket = '', rangeBytes, ranges] = process.argv.slice(2);
const { context } = sidecarAt(home, bucket);
const how = { ...fetching, rangeBytes: Number(rangeBytes), ranges: Number(ranges) };
await restore(0, context, { fetching: how, freeBytes });
