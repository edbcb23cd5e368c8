import { printableLine } from '../../core/printable.ts';
import { wholeSeconds } from '../../core/timestamp.ts';
import { decide } from '../../core/toggle/decide.ts';
import { type Journal, wantedTLS } from '../../core/toggle/journal.ts';
import { tlsSettingOf } from '../../core/toggle/manifest.ts';
import { deedOf, deletedWith, type Outline, settingText } from '../../core/toggle/outline.ts';
import type { Seen } from '../../core/toggle/seen.ts';
import { paint, type Style, type Terminal } from '../terminal.ts';
import { placeOf } from '../toggle/options.ts';
import type { Plan } from '../toggle/report.ts';
import { type Section, sections } from './sections.ts';
import { wrap } from './wrap.ts';

/** Where it is done, above what is done there. */
export function placeText(client: Parameters<typeof placeOf>[0], { width }: Terminal): string {
  return wrap(`At ${placeOf(client)}`, width);
}

/** What toggles do, in order, what is kept, and what is against it: for who is asked, or only wants to know. */
export function planText(plans: readonly Plan[], terminal: Terminal): string {
  return sections(
    terminal,
    plans.map(plan => planSection(plan, terminal)),
  );
}

/** Where a toggle stands, and where it goes from there. */
export function resumptionText(journal: Journal, seen: Seen, terminal: Terminal): string {
  const { node, who, times, step, from, to, direction, claim, volume } = journal;
  const decision = decide(journal, seen);
  const next = deedOf(journal, decision) ?? ('why' in decision ? decision.why : undefined);
  const wanted = wantedTLS(journal);
  const goes = seen.node !== undefined && tlsSettingOf(seen.node) !== wanted;
  const kept = `PersistentVolumeClaim ${claim.name}, PersistentVolume ${volume.name}`;
  const title = `SeiNode ${node.namespace}/${node.name}: ${settingText(from)} → ${settingText(to)}`;
  const rows: Section['rows'] = [
    ['Begun', `by ${who} at ${wholeSeconds(times[0]?.at ?? '?')}; it stands at ${step}`],
    ['Goes', `${direction === 'back' ? 'back' : 'on'} to ${settingText(wanted)}`],
    ...(next === undefined ? [] : ([['Next', next]] as const)),
    // Whoever may write ConfigMaps may have changed it: it is shown what comes of it.
    ...(seen.node === undefined ? ([['Created', createdFrom(journal)]] as const) : []),
    ...(goes ? ([['Deleted', deletedWith(node.name).join(', ')]] as const) : []),
    ['Kept', direction === 'back' ? `${kept}; the import stays as well, it cannot be unset` : kept],
  ];
  return sections(terminal, [{ title: printableLine(title), rows }]);
}

function createdFrom({ manifest: { metadata, spec } }: Journal): string {
  return `SeiNode ${metadata.name} of chain ${spec.chainId} with image ${spec.image}, as the journal has it`;
}

function planSection(plan: Plan, terminal: Terminal): Section {
  const { request, seen, already, refusals, warnings, outline } = plan;
  const name = `SeiNode ${request.namespace}/${request.name}`;
  const to = settingText(request.to);
  const change = seen.node && `: ${settingText(tlsSettingOf(seen.node))} → ${to}`;
  const painted = (style: Style) => (text: string) => ({
    text,
    paint: (line: string) => paint(terminal, style, line),
  });
  return {
    title: printableLine(already ? `${name} has ${to} already` : `${name}${change ?? ''}`),
    rows: [
      ...(outline ? outlineRows(outline, painted('bold')) : []),
      ...warnings.map(text => ['Warning', painted('yellow')(text)] as const),
      ...refusals.map(text => ['Refused', painted('red')(text)] as const),
    ],
  };
}

function outlineRows(
  { steps, deletes, keeps, downtime }: Outline,
  bold: (text: string) => { readonly text: string; readonly paint: (line: string) => string },
): Section['rows'] {
  return [
    ...steps.map((step, index) => [`${index + 1}`, step] as const),
    ['Deleted', bold(deletes.join(', '))],
    ['Kept', bold(keeps.join(', '))],
    ['Downtime', downtime],
  ];
}
