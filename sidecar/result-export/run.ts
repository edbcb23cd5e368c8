import { join } from 'node:path';
import { failure, type Result, success } from '../../core/result.ts';
import { s3Client } from '../s3/client.ts';
import { restoredHeight } from '../snapshots/place.ts';
import type { TaskContext } from '../tasks/task.ts';
import { compareBlock, resultsLine, type Source } from './lines.ts';
import { emptyOutbox, outbox, type Page, pageAfter, pageName, reportName, writeOut } from './pages.ts';
import { exportOf, type Params } from './params.ts';
import { untilDone, type Wait, wait } from './persistently.ts';
import { heights } from './rpc.ts';
import { sendFile } from './send.ts';
import { lastExported, writeLastExported } from './state.ts';

/** How many blocks a page has, as in the published sidecar. */
const [resultsPerPage, comparisonsPerPage] = [1000, 100];

/** How often a node that has no block more is asked, in milliseconds. */
const pollInterval = 5_000;

/**
 * Sends pages of results, or of comparisons with the canonical chain, one after the other. Results are sent until the signal
 * is aborted; comparisons end, as a success, with the first block that differs, unless they are asked to go on. Whatever
 * fails is tried again.
 */
export async function exportResults(
  params: Params,
  context: TaskContext,
  pause: Wait = wait,
): Promise<Result<undefined>> {
  const of = exportOf(params);
  if (!of.ok) return of;
  const source: Source = { of: of.value, context, pause };
  try {
    for (let diverged = false; !diverged; ) {
      diverged = await untilDone('page', () => nextPage(source).then(success), source);
    }
    return success(undefined);
  } catch (error) {
    if (!context.signal.aborted) throw error;
    return failure(`the export of results was stopped: ${messageOf(context.signal.reason)}`);
  }
}

/**
 * Writes the next page, unless it is there, and sends it; then the state, then the page is removed. A death at any point
 * sends the same bytes under the same name again, or begins a page of which nobody has seen anything.
 *
 * @returns whether it ends with a block that differs.
 */
async function nextPage(source: Source): Promise<boolean> {
  const { context, of } = source;
  const { home, chainID } = context.settings;
  const last = (await lastExported(home)) ?? (await begin(source));
  const written = await pageAfter(home, last);
  if (written === undefined) await writePage(last + 1, source);
  const page = written ?? (await pageAfter(home, last));
  if (page === undefined) throw new Error(`after height ${last} was removed while it was sent`);
  await send(page, source);
  await writeLastExported(home, page.end);
  await emptyOutbox(home);
  context.metrics.exportedHeight.set({ chain: chainID }, page.end);
  context.log.info('a page of result-export is in the store', { bucket: of.bucket.name, ...page });
  return page.report !== undefined && !of.goesOn;
}

/**
 * A node that has exported nothing begins with the first block after the snapshot that it was restored from. Where it has
 * run far beyond that and pruned, as in a long bootstrap, with the first that it has now, whatever it prunes later.
 */
async function begin({ of, ...persistence }: Source): Promise<number> {
  const { signal, settings } = persistence.context;
  const restored = (await restoredHeight(settings.home)) ?? 0;
  const { earliest } = await untilDone('local', () => heights(of.local, signal), persistence);
  const last = Math.max(restored, earliest - 1);
  await writeLastExported(settings.home, last);
  return last;
}

async function writePage(first: number, source: Source): Promise<void> {
  const { home } = source.context.settings;
  await emptyOutbox(home);
  const { canonical } = source.of;
  let end = first - 1;
  const lines = async function* () {
    const untilThere = waiting(source);
    for (let height = first; height < first + (canonical ? comparisonsPerPage : resultsPerPage); height++) {
      await untilThere(height);
      const line = canonical
        ? await compared(height, canonical, source)
        : { text: await resultsLine(height, source) };
      yield line.text;
      end = height;
      if (line.isLast) return;
    }
  };
  await writeOut(home, 'page', lines(), () => pageName(first, end, canonical !== undefined));
}

type Line = { readonly text: string; readonly isLast?: boolean };

/** A report is in the outbox before the page that ends with its block. */
async function compared(height: number, canonical: URL, source: Source): Promise<Line> {
  const { log, metrics, settings } = source.context;
  const { comparison, report } = await compareBlock(height, canonical, source);
  metrics.blocksCompared.inc({ chain: settings.chainID });
  const text = `${JSON.stringify(comparison)}\n`;
  if (report === undefined) return { text };
  const layer = String(comparison.divergenceLayer);
  metrics.divergences.inc({ chain: settings.chainID, divergence_layer: layer });
  log.info('a block is not as on the canonical chain', { height, layer });
  if (source.of.goesOn) return { text };
  await writeOut(settings.home, 'report', [report], () => reportName(height));
  return { text, isLast: true };
}

/** Waits for a block; that the chain has none yet is no failure. */
function waiting({ of, ...persistence }: Source): (height: number) => Promise<void> {
  const { pause, context } = persistence;
  const { signal } = context;
  let latest = 0;
  return async height => {
    while (latest < height) {
      latest = (await untilDone('local', () => heights(of.local, signal), persistence)).latest;
      if (latest < height) await pause(pollInterval, signal);
    }
  };
}

async function send({ name, report }: Page, { of, context }: Source): Promise<void> {
  const client = s3Client(of.bucket.region);
  const store = { client, bucket: of.bucket, signal: context.signal };
  try {
    for (const file of [report, name]) {
      if (file === undefined) continue;
      await sendFile(store, of.prefix + file, join(outbox(context.settings.home), file));
    }
  } finally {
    client.destroy();
  }
}

function messageOf(reason: unknown): string {
  return reason instanceof Error ? reason.message : 'it was told to';
}
