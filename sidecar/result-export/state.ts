import { join } from 'node:path';
import { replaceFile } from '../home/replace-file.ts';
import { jsonIn } from '../snapshots/files.ts';

/** The last height whose page is in the store, as either sidecar wrote it; undefined where none is known. */
export async function lastExported(home: string): Promise<number | undefined> {
  const height = (await jsonIn(stateFile(home)))?.lastExportedHeight;
  return Number.isSafeInteger(height) && Number(height) >= 0 ? Number(height) : undefined;
}

/** @throws a fault of the file system. */
export async function writeLastExported(home: string, lastExportedHeight: number): Promise<void> {
  await replaceFile(stateFile(home), JSON.stringify({ lastExportedHeight }));
}

function stateFile(home: string): string {
  return join(home, '.sei-sidecar-last-export.json');
}
