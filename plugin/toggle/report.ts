import { wholeSeconds } from '../../core/timestamp.ts';
import { holderOf, journalName, type Kept } from '../../core/toggle/config-map.ts';
import { isEnded, type Journal } from '../../core/toggle/journal.ts';
import { type TLSSetting, tlsSettingOf } from '../../core/toggle/manifest.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Prepared } from './prepare.ts';

/** What a toggle would do, and what is against it. */
export type Plan = Omit<Prepared, 'journal' | 'isPartial'>;

/** How a command left one node. */
export type Result = {
  readonly namespace: string;
  readonly name: string;
  readonly outcome:
    | 'Done'
    | 'Aborted'
    | 'Unchanged'
    | 'Planned'
    | 'Refused'
    | 'Stopped'
    | 'Interrupted'
    | 'NotBegun';
  readonly message?: string;
  /** Absent where none was written. */
  readonly journal?: Journal;
  /** Of a dry run. */
  readonly plan?: Plan;
  readonly dryRun?: 'client' | 'server';
};

const codes: Readonly<Record<Result['outcome'], number>> = {
  Done: exitCodes.ok,
  Unchanged: exitCodes.ok,
  Planned: exitCodes.ok,
  Aborted: exitCodes.findings,
  Refused: exitCodes.incomplete,
  Stopped: exitCodes.incomplete,
  NotBegun: exitCodes.findings,
  Interrupted: exitCodes.interrupted,
};

/** What a dry run says of a node. */
export function plannedOf(plan: Plan, dryRun: 'client' | 'server'): Result {
  const { request, already, refusals } = plan;
  const { namespace, name } = request;
  const outcome = already ? 'Unchanged' : refusals.length > 0 ? 'Refused' : 'Planned';
  return { namespace, name, outcome, dryRun, plan };
}

/** The worst of them; an interruption outranks all. A dry run of the client shows what would be refused. */
export function exitCodeOf(results: readonly Result[]): number {
  const shown = ({ outcome, dryRun }: Result) => outcome === 'Refused' && dryRun === 'client';
  return Math.max(
    exitCodes.ok,
    ...results.map(result => (shown(result) ? exitCodes.ok : codes[result.outcome])),
  );
}

/** One item of a ToggleReport. */
export function toggleItem(result: Result): Record<string, unknown> {
  const { namespace, name, outcome, message, journal, plan, dryRun } = result;
  return {
    namespace,
    name,
    outcome,
    ...(dryRun && { dryRun }),
    ...(message !== undefined && { message }),
    ...(plan?.seen.node && planItem(plan)),
    ...(journal && journalItem(journal)),
  };
}

/** One item of a ToggleHistory. */
export function historyItem({ journal, lease }: Kept): Record<string, unknown> {
  const { namespace, name } = journal.node;
  const holder = holderOf(lease);
  return {
    namespace,
    name,
    outcome: isEnded(journal) ? journal.step : 'Unfinished',
    ...(holder !== undefined && {
      holder,
      ...(lease.renewTime && { renewTime: wholeSeconds(lease.renewTime) }),
    }),
    ...journalItem(journal),
  };
}

function planItem({ request, seen, outline, warnings, refusals }: Plan): Record<string, unknown> {
  return {
    from: settingItem(seen.node === undefined ? null : tlsSettingOf(seen.node)),
    to: settingItem(request.to),
    ...outline,
    warnings,
    refusals,
  };
}

/** What is told of a journal: no manifest, which may be long. */
function journalItem(journal: Journal): Record<string, unknown> {
  const { node, number, from, to, direction, step, who, pluginVersion, times, claim, volume } = journal;
  return {
    number,
    configMap: journalName(node.name, number),
    from: settingItem(from),
    to: settingItem(to),
    direction,
    step,
    ended: isEnded(journal),
    who,
    pluginVersion,
    times: times.map(time => ({ ...time, at: wholeSeconds(time.at) })),
    claim: { name: claim.name, uid: claim.uid },
    volume,
  };
}

function settingItem(setting: TLSSetting): Record<string, unknown> {
  return setting === null ? { tls: false } : { tls: true, secretName: setting };
}
