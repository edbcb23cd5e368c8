import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Which height this node has signed; `seid init` makes it, and only seid writes it. */
const signed = join('data', 'priv_validator_state.json');

/** Where seid keeps a chain, below data/: those of Tendermint, of the SDK, of Sei's own store. */
const databases = ['application.db', 'blockstore.db', 'state.db', 'committer.db', 'pebbledb'];

/**
 * What shows that SEI_HOME carries a chain already, as its path below SEI_HOME; undefined where nothing does. Nothing may be
 * restored over it (contract §3). `seid init` leaves priv_validator_state.json at height 0, which shows nothing.
 *
 * @throws where it cannot be told, for that is no leave to go on.
 */
export async function chainAt(home: string): Promise<string | undefined> {
  if (hasSigned(await contentOf(join(home, signed)), signed)) return signed;
  for (const database of databases) {
    if ((await entriesOf(join(home, 'data', database))) > 0) return join('data', database);
  }
  return undefined;
}

/**
 * Why a home is not fit for a new identity, as a clause; undefined where it is. A chain has its validators already, and
 * without the height that a key has signed seid does not start.
 *
 * @throws where it cannot be told.
 */
export async function unfitForIdentity(home: string): Promise<string | undefined> {
  const chain = await chainAt(home);
  if (chain !== undefined)
    return `SEI_HOME carries a chain already: ${chain} is not that of a chain to begin`;
  if ((await contentOf(join(home, signed))) !== undefined) return undefined;
  return `${signed} is not there: seid does not start without it; seid init makes it, with its key`;
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
