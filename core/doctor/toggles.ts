import type { Result } from '../result.ts';
import { holderOf, type Kept } from '../toggle/config-map.ts';
import { isEnded } from '../toggle/journal.ts';
import { fail, ofFindings, type Verdict } from './verdict.ts';

/** Whether a toggle of TLS was left half-way, with the command that goes on. */
export function toggles(found: readonly Result<Kept>[]): Verdict {
  const unreadable = found.flatMap(journal => (journal.ok ? [] : [journal.error]));
  const unfinished = found.flatMap(journal =>
    journal.ok && !isEnded(journal.value.journal) ? [journal.value] : [],
  );
  const findings = unfinished.map(({ journal: { node, step }, lease }) => {
    const holder = holderOf(lease);
    const who = holder === undefined ? '' : `; ${holder} works on it, or has died doing so`;
    return `the toggle of SeiNode ${node.namespace}/${node.name} stands at ${step}${who}`;
  });
  const [first] = unfinished;
  const fix =
    first === undefined
      ? 'look at the ConfigMap, or use a newer plugin'
      : `kubectl seinode tls resume ${first.journal.node.name} -n ${first.journal.node.namespace}, or tls abort`;
  return ofFindings([...findings, ...unreadable], 'none is unfinished', fail, fix);
}
