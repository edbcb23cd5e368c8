import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { jsonLog } from '../../core/log.ts';
import { Engine } from '../../sidecar/engine/engine.ts';
import { openStore } from '../../sidecar/engine/store.ts';
import { createMetrics } from '../../sidecar/metrics.ts';
import type { Settings } from '../../sidecar/settings.ts';
import type { TaskContext, TaskKind } from '../../sidecar/tasks/task.ts';
import { temporaryDirectory } from '../directory.ts';

/** The moment of every test. */
export const now = new Date('2026-11-21T12:00:00.000Z');

/** Settings of a sidecar whose volume is a directory of the test's. */
export function settingsIn(home: string, changes: Partial<Settings> = {}): Settings {
  return {
    chainID: 'arctic-1',
    home,
    authn: 'unauthenticated',
    tasksPort: 7777,
    publicPort: 9100,
    genesisBucket: undefined,
    snapshotBucket: undefined,
    snapshotUploadInterval: 604_800_000,
    ...changes,
  };
}

/** What a task is given, and the lines that were logged. */
export function contextIn(home: string, changes: Partial<Settings> = {}) {
  const lines: string[] = [];
  const context: Omit<TaskContext, 'signal'> = {
    settings: settingsIn(home, changes),
    log: jsonLog(
      line => void lines.push(line),
      () => now,
    ),
    metrics: createMetrics(),
    now: () => now,
  };
  return { context, lines };
}

/** A kind of task that ends as it is told. */
export function heldKind(exclusive = false) {
  const begun: { id: unknown; end: (outcome: Awaited<ReturnType<TaskKind['run']>>) => void }[] = [];
  const signals: AbortSignal[] = [];
  const kind: TaskKind = {
    params: { type: 'object' },
    exclusive,
    run: (params, { signal }) =>
      new Promise(resolve => {
        signals.push(signal);
        begun.push({ id: params.id, end: resolve });
        signal.addEventListener('abort', () => resolve({ ok: false, error: 'cut off' }));
      }),
  };
  return { kind, begun, signals };
}

/** An engine over a store in a directory of its own. */
export function engineOf(
  t: ExecutionContext,
  kinds: Readonly<Record<string, TaskKind>>,
  home = temporaryDirectory('home'),
) {
  const store = openStore(join(home, 'sidecar.db'));
  t.teardown(() => closed(store));
  const { context, lines } = contextIn(home);
  return { engine: new Engine({ store, kinds, context }), store, context, lines, home };
}

function closed(store: { close: () => void }): void {
  try {
    store.close();
  } catch {
    // The test has closed it.
  }
}
