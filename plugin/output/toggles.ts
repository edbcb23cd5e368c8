import { printableLine } from '../../core/printable.ts';
import { wholeSeconds } from '../../core/timestamp.ts';
import { holderOf, journalName, type Kept } from '../../core/toggle/config-map.ts';
import { isEnded } from '../../core/toggle/journal.ts';
import type { CommonOptions } from '../options.ts';
import type { Terminal } from '../terminal.ts';
import { historyItem, type Result, toggleItem } from '../toggle/report.ts';
import { nodeName, render } from './render.ts';
import { table } from './table.ts';

/**
 * What became of each node, as kubectl says what it has done; in the format asked for.
 *
 * @param plan what a person is shown before, of a dry run.
 */
export function formatResults(options: CommonOptions, results: readonly Result[], plan = ''): string {
  const lines = () => results.map(result => `${nodeName(result)} ${verbOf(result)}\n`).join('');
  return render(options.output, {
    kind: 'ToggleReport',
    content: () => ({ items: results.map(toggleItem) }),
    names: () => results.map(nodeName),
    text: () => (plan === '' ? lines() : `${plan}\n${lines()}`),
  });
}

function verbOf({ outcome, journal, plan, dryRun }: Result): string {
  const suffix = dryRun === undefined ? '' : dryRun === 'client' ? ' (dry run)' : ' (server dry run)';
  const to = plan ? plan.request.to : journal?.to;
  const done = to === null ? 'TLS disabled' : 'TLS enabled';
  const verbs: Readonly<Record<Result['outcome'], string>> = {
    Done: done,
    Planned: journal?.direction === 'back' ? 'toggle aborted' : done,
    Unchanged: 'unchanged',
    Aborted: 'toggle aborted',
    Refused: 'refused',
    Stopped: 'stopped',
    Interrupted: 'interrupted',
    NotBegun: 'not begun',
  };
  return `${verbs[outcome]}${suffix}`;
}

/** The toggles of nodes, oldest first. */
export function formatHistory(
  options: Pick<CommonOptions, 'output' | 'noHeaders' | 'allNamespaces'>,
  toggles: readonly Kept[],
  { foldAt }: Terminal,
): string {
  const isWide = options.output === 'wide';
  const header = [
    ...(options.allNamespaces ? ['NAMESPACE'] : []),
    ...['NAME', 'NUMBER', 'FROM', 'TO', 'STEP', 'BEGUN', 'ENDED', 'BY'],
    ...(isWide ? ['HELD BY', 'PVC', 'CONFIGMAP'] : []),
  ];
  const rows = toggles.map(kept => [
    ...(options.allNamespaces ? [kept.journal.node.namespace] : []),
    ...historyRow(kept.journal),
    ...(isWide ? wideRow(kept) : []),
  ]);
  return render(options.output, {
    kind: 'ToggleHistory',
    content: () => ({ items: toggles.map(historyItem) }),
    names: () => toggles.map(({ journal }) => nodeName(journal.node)),
    text: () => table(options.noHeaders || rows.length === 0 ? rows : [header, ...rows], foldAt),
  });
}

function historyRow(journal: Kept['journal']): string[] {
  const { node, number, from, to, direction, step, times, who } = journal;
  const isOver = isEnded(journal);
  const moment = (at: string | undefined) => (at === undefined ? '-' : wholeSeconds(at));
  return [
    node.name,
    String(number),
    from ?? 'no TLS',
    to ?? 'no TLS',
    direction === 'back' && !isOver ? `${step} (aborting)` : step,
    moment(times.at(0)?.at),
    moment(isOver ? times.at(-1)?.at : undefined),
    who,
  ];
}

function wideRow({ journal, lease }: Kept): string[] {
  const { node, number, claim } = journal;
  return [holderOf(lease) ?? '-', claim.name, journalName(node.name, number)];
}

/** Why a node was not toggled, and how to go on: for standard error. */
export function explanationOf(result: Result, goOn: string): string[] {
  const { namespace, name, outcome, message, journal } = result;
  const what = `SeiNode ${namespace}/${name}`;
  const lines = message === undefined ? [] : [`error: ${what}: ${message}`];
  if (journal === undefined || (outcome !== 'Stopped' && outcome !== 'Interrupted'))
    return lines.map(printableLine);
  const back =
    journal.direction === 'back' ? '' : `, or back with: kubectl seinode tls abort ${name} ${goOn}`;
  return [
    ...lines,
    `${what} stands at ${journal.step}; go on with: kubectl seinode tls resume ${name} ${goOn}${back}`,
  ].map(printableLine);
}
