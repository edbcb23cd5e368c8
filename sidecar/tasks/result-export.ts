import { type Params, paramsSchema } from '../result-export/params.ts';
import type { TaskKind } from './task.ts';

type Run = { readonly stop: AbortController; readonly ended: Promise<unknown> };

/**
 * Exports what blocks come to, for as long as the sidecar runs, or until it differs from the canonical chain. There is one
 * state of it in a home, so one that comes later takes the place of the former. The SDK of S3 is loaded as it runs.
 */
export function resultExport(): TaskKind {
  let latest: Run | undefined;
  return {
    params: paramsSchema,
    exclusive: false,
    run: (params, context) => {
      const [former, stop] = [latest, new AbortController()];
      const signal = AbortSignal.any([context.signal, stop.signal]);
      const run = async () => {
        former?.stop.abort(new Error('another result-export has taken its place'));
        await former?.ended;
        const { exportResults } = await import('../result-export/run.ts');
        return exportResults(params as Params, { ...context, signal });
      };
      const ends = run();
      latest = { stop, ended: ends.catch(() => {}) };
      return ends;
    },
  };
}
