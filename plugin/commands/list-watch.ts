import { setTimeout } from 'node:timers/promises';
import type { Client } from '../../cluster/client.ts';
import { seiNodes } from '../../cluster/resource.ts';
import { whyNotServed } from '../../cluster/served.ts';
import { type Change, watchAll } from '../../cluster/watch.ts';
import { UsageError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { liveNamespace, openLive, queryOf } from '../live.ts';
import type { RowsOptions } from '../node-rows.ts';
import { type CommonOptions, selection } from '../options.ts';
import { errorLine, reportFaults } from '../output/problems.ts';
import { WatchedRows } from '../output/watched-rows.ts';
import { parametersFor } from '../parameters.ts';
import type { Terminal } from '../terminal.ts';

/** How often Secrets and policies are read again: the nodes' watch does not tell of them, and certificates expire in silence. */
const rereadMilliseconds = 30_000;

/**
 * `list -w`: the fleet, then each node whose row changes, until interrupted or nobody reads any more.
 *
 * @param reread milliseconds after which Secrets are read again.
 */
export async function listWatch(
  options: RowsOptions,
  terminal: Terminal,
  reread = rereadMilliseconds,
): Promise<number> {
  if (options.filename !== undefined || options.now !== undefined) {
    throw new UsageError('-w follows a cluster: files and --now stand still');
  }
  // A selector that is wrong is a wrong command line, not a refusal of the server's.
  selection(options);
  const client = openLive(options, terminal);
  const failed = new AbortController();
  const signal = AbortSignal.any([terminal.closed, failed.signal]);
  try {
    const read = () => parametersFor(options, terminal, client);
    // A file is read once: it may be standard input.
    const given = options.parameters === undefined ? undefined : await read();
    if (given && given.faults.length > 0) return reportFaults(terminal, given.faults);
    const rows = new WatchedRows(options, terminal, client, async () => given ?? read());
    await follow(changesOf(client, options, terminal, signal), rows, signal, reread);
    return rows.complete ? exitCodes.ok : exitCodes.incomplete;
  } catch (error) {
    throw await whyNotServed(client, seiNodes, error);
  } finally {
    failed.abort();
    await client.close();
  }
}

/** What becomes of the nodes that the flags select, each told once it is heard of. */
export function changesOf(
  client: Client,
  options: CommonOptions,
  terminal: Terminal,
  signal: AbortSignal,
): AsyncGenerator<Change> {
  return watchAll(client, seiNodes, liveNamespace(options, client), {
    query: queryOf(options),
    signal,
    wait: milliseconds => setTimeout(milliseconds, undefined, { signal }).catch(() => undefined),
    random: Math.random,
    now: () => performance.now(),
    lost: error => terminal.error(errorLine({ message: `${error.message}; trying again` })),
  });
}

/** One thing at a time: a change, or the Secrets again. */
async function follow(
  changes: AsyncGenerator<Change>,
  rows: WatchedRows,
  signal: AbortSignal,
  reread: number,
): Promise<void> {
  const tick = () => setTimeout(reread, 'reread' as const, { signal, ref: false }).catch(() => undefined);
  let change = changes.next();
  let timer = tick();
  while (!signal.aborted) {
    const first = await Promise.race([change, timer]);
    if (signal.aborted) return;
    if (typeof first !== 'object') {
      await rows.reread();
      timer = tick();
      continue;
    }
    if (first.done) return;
    await rows.take(first.value);
    change = changes.next();
  }
}
