import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Case, Reach } from './case.ts';

/** What netpol-analyzer (1.4.4 and 27 commits, e54a334) made of generated cases; record.ts writes it anew. */
export const recordFile = join(import.meta.dirname, 'netpol-analyzer.json.gz');

/** Cases, each with what netpol-analyzer made of it. */
export function recorded(): [Case, Reach][] {
  return JSON.parse(gunzipSync(readFileSync(recordFile)).toString());
}
