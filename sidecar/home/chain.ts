import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where seid keeps a chain, below data/: those of Tendermint, of the SDK, of Sei's own store. */
const databases = ['application.db', 'blockstore.db', 'state.db', 'committer.db', 'pebbledb'];

/**
 * What shows that SEI_HOME carries a chain already, as its path below SEI_HOME; undefined where nothing does. Nothing may be
 * restored over it (contract §3). `seid init` leaves priv_validator_state.json at height 0, which shows nothing.
 *
 * @throws where it cannot be told, for that is no leave to go on.
 */
export async function chainAt(home: string): Promise<string | undefined> {
  const signed = join('data', 'priv_validator_state.json');
  if (hasSigned(await contentOf(join(home, signed)), signed)) return signed;
  for (const database of databases) {
    if ((await entriesOf(join(home, 'data', database))) > 0) return join('data', database);
  }
  return undefined;
}

function hasSigned(content: string | undefined, path: string): boolean {
  if (content === undefined) return false;
  try {
    // A string there, as protobuf's JSON has it.
    const height = Number(JSON.parse(content).height);
    if (Number.isSafeInteger(height)) return height > 0;
  } catch {
    // Said below.
  }
  throw new Error(`${path} names no height, so whether this node has signed cannot be told; mend it first`);
}

async function contentOf(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(error => orAbsent(error, undefined));
}

async function entriesOf(path: string): Promise<number> {
  const entries = await readdir(path).catch(error => (error.code === 'ENOTDIR' ? [''] : orAbsent(error, [])));
  return entries.length;
}

function orAbsent<T>(error: NodeJS.ErrnoException, otherwise: T): T {
  if (error.code === 'ENOENT') return otherwise;
  throw error;
}
