import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { knownDigests } from '../../../sidecar/genesis/check.ts';
import { configureGenesis } from '../../../sidecar/tasks/configure-genesis.ts';
import type { TaskKind } from '../../../sidecar/tasks/task.ts';
import { taskKinds } from '../../../sidecar/tasks/tasks.ts';

// Our sidecar, from source, in an image with a genesis of its own. One thing more: while there is a file `hold-TYPE` in its
// home, a task of that type waits, so that a test can do something in the middle of it. And of a
// chain that everyone knows it is told another digest by GENESIS_DIGESTS, JSON by chain: the real genesis is not at hand.
const kinds = taskKinds as Record<string, TaskKind>;
Object.assign(knownDigests, JSON.parse(process.env.GENESIS_DIGESTS ?? '{}'));
kinds['configure-genesis'] = configureGenesis(join(import.meta.dirname, 'genesis'));

for (const [type, kind] of Object.entries(kinds)) {
  const run: TaskKind['run'] = async (params, context) => {
    const held = join(context.settings.home, `hold-${type}`);
    while (existsSync(held)) await sleep(50, undefined, { signal: context.signal });
    return kind.run(params, context);
  };
  kinds[type] = { ...kind, run };
}

await import('../../../sidecar/main.ts');
