import { printableLine } from '../../core/printable.ts';
import { outline, settingText } from '../../core/toggle/outline.ts';
import { paint, type Terminal } from '../terminal.ts';
import type { ToggleOptions } from '../toggle/options.ts';
import type { Prepared } from '../toggle/prepare.ts';
import { wrap } from './wrap.ts';

/**
 * What toggles will do, for who is asked: on standard error, for standard output is for what was done; but where only the
 * plan is asked for, it is the answer.
 */
export function printPlans(
  plans: readonly Prepared[],
  where: string,
  { dryRun, context }: Pick<ToggleOptions, 'dryRun' | 'context'>,
  terminal: Terminal,
): void {
  const say = (line: string) => terminal.error(line);
  const place = context === undefined ? where : `${where}, context ${context}`;
  say(printableLine(`At ${place}${dryRun === 'none' ? '' : ' (dry run: nothing is changed)'}`));
  for (const plan of plans) for (const line of planLines(plan, terminal)) say(line);
}

function planLines(plan: Prepared, terminal: Terminal): string[] {
  const { request, journal, seen, already, refusals, warnings } = plan;
  const name = printableLine(`SeiNode ${request.namespace}/${request.name}`);
  if (already) return [`${name} has ${printableLine(settingText(request.to))} already`];
  const head = journal ? `${settingText(journal.from)} → ${settingText(journal.to)}` : '';
  const steps = journal ? outline(journal, seen.node?.spec.dataVolume?.import !== undefined) : [];
  const numbered = steps.map((step, index) => indented(`${index + 1}. ${step}`, terminal));
  const keeps = journal
    ? [
        indented(
          `Kept: PersistentVolumeClaim ${journal.claim.name} and PersistentVolume ${journal.volume.name}. The node is down from the delete until it is Running.`,
          terminal,
        ),
      ]
    : [];
  return [
    paint(terminal, 'bold', `${name}: ${printableLine(head)}`),
    ...numbered,
    ...keeps,
    ...warnings.map(text => paint(terminal, 'yellow', indented(`warning: ${text}`, terminal))),
    ...refusals.map(text => paint(terminal, 'red', indented(`refused: ${text}`, terminal))),
  ];
}

function indented(text: string, { width }: Terminal): string {
  return wrap(printableLine(text), width, '  ').trimEnd();
}
