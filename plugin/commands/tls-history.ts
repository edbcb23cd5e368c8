import { objectKey } from '../../core/kubernetes.ts';
import { exitCodes } from '../exit-codes.ts';
import { liveNamespace, openLive } from '../live.ts';
import type { CommonOptions } from '../options.ts';
import { errorLine } from '../output/problems.ts';
import { formatHistory } from '../output/toggles.ts';
import type { Terminal } from '../terminal.ts';
import { listJournals } from '../toggle/journals.ts';
import type { Result } from '../toggle/report.ts';

/** `tls history [NODE]`: the toggles that are under way, and the last ten of each node. */
export async function tlsHistory(
  options: CommonOptions & { readonly node?: string },
  terminal: Terminal,
): Promise<number> {
  const client = openLive(options, terminal);
  try {
    const found = await listJournals(client, liveNamespace(options, client), options.node);
    const results = found.flatMap((item): Result[] => {
      if (!item.ok) return [];
      const { journal } = item.value;
      const { step, node } = journal;
      const outcome = step === 'Done' || step === 'Aborted' ? step : 'Stopped';
      return [{ ...node, outcome, journal }];
    });
    terminal.out(formatHistory(options, results, terminal));
    const faults = found.flatMap(item => (item.ok ? [] : [item.error]));
    for (const message of faults) terminal.error(errorLine({ message }));
    if (results.length === 0 && faults.length === 0) {
      const where = objectKey(
        liveNamespace(options, client) ?? 'every namespace',
        options.node ?? 'every node',
      );
      terminal.error(`no toggle of ${where}`);
    }
    return faults.length === 0 ? exitCodes.ok : exitCodes.incomplete;
  } finally {
    await client.close();
  }
}
