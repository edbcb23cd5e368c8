import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { failure, type Result, success } from '../../core/result.ts';

/** The height of the newest snapshot of state sync: they are in data/snapshots/HEIGHT/FORMAT. @returns else that there is none. */
export async function newestSnapshot(home: string): Promise<Result<bigint>> {
  const directory = join(home, 'data', 'snapshots');
  const found = await readdir(directory, { withFileTypes: true }).catch(() => []);
  const heights = found.filter(entry => entry.isDirectory() && /^[1-9]\d{0,17}$/.test(entry.name));
  if (heights.length === 0)
    return failure(`there is no snapshot in ${directory}, which useLocalSnapshot asks for`);
  return success(heights.map(({ name }) => BigInt(name)).reduce((most, next) => (next > most ? next : most)));
}
