import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { rpcOf } from './rpc.ts';

// A stand-in for `seid start`: nothing is executed and no peer is asked. It begins where the volume, or state sync, is, has
// ten blocks more at once or all up to `--halt-height`, and answers on 127.0.0.1:26657. From `differs-from` in its home on its
// app hashes are other ones.
const { values } = parseArgs({
  allowPositionals: true,
  options: { home: { type: 'string' }, 'halt-height': { type: 'string' } },
});
const home = values.home!;
const data = join(home, 'data');
const begun = heightOfChain() ?? heightOfSnapshot() ?? trustedHeight() ?? 0;
const interval = Number(/^snapshot-interval = (\d+)$/m.exec(read('config/app.toml'))?.[1] ?? 0);

const halt = Number(values['halt-height'] ?? 0);
if (halt > 0) {
  writeChain(Math.max(begun, halt));
  process.exit(130);
}

const first = Math.ceil((begun + 1) / interval) * interval;
if (interval > 0) for (const height of [first, first + interval]) writeSnapshot(height);
const latest = interval > 0 ? first + interval : begun + 10;
writeChain(latest);
const differsFrom = Number(read('differs-from') || Infinity);
const chain = { chainID: 'pacific-1', id: 'a'.repeat(40), earliest: 1, latest, differsFrom };
createServer(rpcOf(chain)).listen(26657, '127.0.0.1');
process.once('SIGTERM', () => process.exit());

function heightOfChain(): number | undefined {
  return Number(read('data/blockstore.db/height')) || undefined;
}

/** As with use-local-snapshot. */
function heightOfSnapshot(): number | undefined {
  if (!/^use-local-snapshot = true$/m.test(read('config/config.toml'))) return undefined;
  return Math.max(...readdirSync(join(data, 'snapshots')).map(Number).filter(Number.isFinite));
}

function trustedHeight(): number | undefined {
  return Number(/^trust-height = (\d+)$/m.exec(read('config/config.toml'))?.[1]) || undefined;
}

function writeChain(height: number): void {
  mkdirSync(join(data, 'blockstore.db'), { recursive: true });
  writeFileSync(join(data, 'blockstore.db/height'), String(height));
}

function writeSnapshot(height: number): void {
  mkdirSync(join(data, 'snapshots', `${height}/1`), { recursive: true });
  writeFileSync(join(data, 'snapshots', `${height}/1/0`), `chunk of ${height}`);
  mkdirSync(join(data, 'snapshots/metadata.db'), { recursive: true });
  writeFileSync(join(data, 'snapshots/metadata.db/CURRENT'), 'MANIFEST-000001\n');
}

function read(file: string): string {
  try {
    return readFileSync(join(home, file), 'utf8');
  } catch {
    return '';
  }
}
