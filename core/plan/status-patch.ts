import { mergePatch } from '../merge-patch.ts';
import type { SeiNodeStatus } from '../seinode.ts';

/** What is sent to the status subresource, as application/merge-patch+json. */
export type StatusPatch = { readonly status: { readonly [field: string]: unknown } };

/** The patch from the stored status to the next one; undefined where nothing changes, and so nothing is written. */
export function statusPatch(stored: SeiNodeStatus | undefined, next: SeiNodeStatus): StatusPatch | undefined {
  const status = mergePatch(stored ?? {}, next);
  return status && { status };
}
