import { journalName } from '../../core/toggle/config-map.ts';
import { isEnded, type Journal } from '../../core/toggle/journal.ts';
import type { TLSSetting } from '../../core/toggle/manifest.ts';
import { exitCodes } from '../exit-codes.ts';

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
  readonly journal?: Journal;
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

/** The worst of them; an interruption outranks all. */
export function exitCodeOf(results: readonly Result[]): number {
  return Math.max(exitCodes.ok, ...results.map(({ outcome }) => codes[outcome]));
}

/** One item of a ToggleReport or ToggleHistory. */
export function toggleItem({ namespace, name, outcome, message, journal }: Result): Record<string, unknown> {
  return {
    namespace,
    name,
    outcome,
    ...(message !== undefined && { message }),
    ...(journal && journalItem(journal)),
  };
}

/** What is told of a journal: no manifest, which may be long. */
export function journalItem(journal: Journal): Record<string, unknown> {
  const { node, number, from, to, direction, step, who, pluginVersion, times, claim, volume } = journal;
  return {
    configMap: journalName(node.name, number),
    from: settingItem(from),
    to: settingItem(to),
    direction,
    step,
    ended: isEnded(journal),
    who,
    pluginVersion,
    times,
    claim: { name: claim.name, uid: claim.uid },
    volume,
  };
}

function settingItem(setting: TLSSetting): Record<string, unknown> {
  return setting === null ? { tls: false } : { tls: true, secretName: setting };
}
