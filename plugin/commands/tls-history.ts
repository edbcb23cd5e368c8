import { exitCodes } from '../exit-codes.ts';
import { liveNamespace, openLive } from '../live.ts';
import { type CommonOptions, isForPeople } from '../options.ts';
import { errorLine } from '../output/problems.ts';
import { formatHistory } from '../output/toggles.ts';
import type { Terminal } from '../terminal.ts';
import { listJournals } from '../toggle/journals.ts';

/** `tls history [NODE]`: the toggles that are under way, and the last ten of each node. */
export async function tlsHistory(
  options: CommonOptions & { readonly node?: string },
  terminal: Terminal,
): Promise<number> {
  const client = openLive(options, terminal);
  try {
    const found = await listJournals(client, liveNamespace(options, client), options.node);
    const toggles = found.flatMap(item => (item.ok ? [item.value] : []));
    terminal.out(formatHistory(options, toggles, terminal));
    const faults = found.flatMap(item => (item.ok ? [] : [item.error]));
    for (const message of faults) terminal.error(errorLine({ message }));
    if (isForPeople(options) && toggles.length === 0 && faults.length === 0) {
      const namespace = liveNamespace(options, client);
      terminal.error(
        `No toggles found${options.node ? ` of SeiNode "${options.node}"` : ''}${namespace ? ` in ${namespace} namespace` : ''}.`,
      );
    }
    return faults.length === 0 ? exitCodes.ok : exitCodes.incomplete;
  } finally {
    await client.close();
  }
}
