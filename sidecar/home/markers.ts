import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from './replace-file.ts';

/** What a task leaves in SEI_HOME once what it does is done for good: the names of the published sidecar (contract §3). */
export type Marker =
  | 'genesis'
  | 'snapshot'
  | 'statesync'
  | 'identity'
  | 'gentx'
  | 'assemble'
  | 'artifact-upload';

/** Whether it is done. @throws nothing; what cannot be looked at counts as not there. */
export function isMarked(home: string, marker: Marker): boolean {
  return existsSync(pathOf(home, marker));
}

/** Says that it is done, surviving a power cut. @throws a fault of the file system. */
export async function mark(home: string, marker: Marker): Promise<void> {
  await replaceFile(pathOf(home, marker), '');
}

function pathOf(home: string, marker: Marker): string {
  return join(home, `.sei-sidecar-${marker}-done`);
}
