import { fail, pass, type Verdict } from '../verdict.ts';
import type { Gatekeeper, ShippedBundle } from './facts.ts';
import { applyBundle } from './templates.ts';

/** Whether Gatekeeper knows all that the rules look up beside the object itself. */
export function gatekeeperSync({ configs, syncSets }: Gatekeeper, shipped: ShippedBundle): Verdict {
  const kinds = [
    ...configs.flatMap(({ spec }) => spec?.sync?.syncOnly ?? []),
    ...syncSets.flatMap(({ spec }) => spec?.gvks ?? []),
  ];
  const wanted = shipped.syncSets.flatMap(({ spec }) => spec?.gvks ?? []);
  const missing = wanted.filter(
    one => !kinds.some(({ group = '', kind }) => group === (one.group ?? '') && kind === one.kind),
  );
  return missing.length === 0
    ? pass(`${wanted.map(({ kind }) => kind).join(', ')} are synced`)
    : fail(
        `${missing.map(({ kind }) => kind).join(', ')} not synced (Config, SyncSet): rules that look them up find nothing`,
        applyBundle,
      );
}
