import type { Kubectl } from './kubectl.ts';
import { until } from './until.ts';

/**
 * Waits until RBAC lets somebody: the API server reads it in its own time.
 *
 * @param question of `kubectl auth can-i`, with `--as`. @returns false where it does not within the time of `until`.
 */
export function isAllowed(kubectl: Kubectl, ...question: readonly string[]): Promise<boolean> {
  return until(async () => (await kubectl(['auth', 'can-i', ...question])).code === 0);
}
