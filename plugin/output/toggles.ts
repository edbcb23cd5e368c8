import { printableLine } from '../../core/printable.ts';
import { settingText } from '../../core/toggle/outline.ts';
import type { CommonOptions } from '../options.ts';
import type { Terminal } from '../terminal.ts';
import { type Result, toggleItem } from '../toggle/report.ts';
import { nodeName, render } from './render.ts';
import { table } from './table.ts';

/** What became of each node, as kubectl says what it has done; in the format asked for. */
export function formatResults(options: CommonOptions, results: readonly Result[]): string {
  return render(options.output, {
    kind: 'ToggleReport',
    content: () => ({ items: results.map(toggleItem) }),
    names: () => results.map(nodeName),
    text: () => results.map(result => `${nodeName(result)} ${verbOf(result)}\n`).join(''),
  });
}

/** `plan` is shown by itself. */
function verbOf({ outcome, journal, dryRun }: Result): string {
  const suffix = dryRun === undefined ? '' : dryRun === 'client' ? ' (dry run)' : ' (server dry run)';
  const done = journal?.to === null ? 'TLS disabled' : 'TLS enabled';
  const verbs: Readonly<Record<Result['outcome'], string>> = {
    Done: done,
    Planned: done,
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
  results: readonly Result[],
  { foldAt }: Terminal,
): string {
  const header = ['NAME', 'NUMBER', 'FROM', 'TO', 'STEP', 'BEGUN', 'ENDED', 'BY'];
  const rows = results.flatMap(({ namespace, name, journal }) => {
    if (journal === undefined) return [];
    const { number, from, to, direction, step, times, who } = journal;
    const isOver = step === 'Done' || step === 'Aborted';
    const row = [
      name,
      String(number),
      settingText(from),
      settingText(to),
      direction === 'back' && !isOver ? `${step} (aborting)` : step,
      times.at(0)?.at ?? '-',
      (isOver && times.at(-1)?.at) || '-',
      who,
    ];
    return [options.allNamespaces ? [namespace, ...row] : row];
  });
  return render(options.output, {
    kind: 'ToggleHistory',
    content: () => ({ items: results.map(toggleItem) }),
    names: () => results.map(nodeName),
    text: () =>
      table(
        options.noHeaders || rows.length === 0
          ? rows
          : [options.allNamespaces ? ['NAMESPACE', ...header] : header, ...rows],
        foldAt,
      ),
  });
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
