import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { success } from '../../../core/result.ts';
import type { TaskKind } from '../../../sidecar/tasks/task.ts';
import { taskKinds } from '../../../sidecar/tasks/tasks.ts';

// Our sidecar, from source, but for one thing: a task waits while there is a file `hold-TYPE` in its home, so that a test
// can do something meanwhile. Tasks of a plan that it does not serve yet do nothing.
const kinds = taskKinds as Record<string, TaskKind>;
const nothing: TaskKind = { params: {}, exclusive: true, run: async () => success(undefined) };

for (const type of ['configure-genesis', 'config-apply', 'config-validate', 'mark-ready']) {
  const kind = kinds[type] ?? nothing;
  const run: TaskKind['run'] = async (params, context) => {
    const { settings, signal } = context;
    while (existsSync(join(settings.home, `hold-${type}`))) await sleep(50, undefined, { signal });
    return kind.run(params, context);
  };
  kinds[type] = { ...kind, run };
}

await import('../../../sidecar/main.ts');
