import { checkConfig } from '../config/faults.ts';
import { readConfig } from '../config/files.ts';
import type { TaskKind } from './task.ts';

/** Whether seid can start on config.toml and app.toml as they are; fails with every fault at once. Writes nothing. */
export const configValidate: TaskKind = {
  params: { type: 'object', maxProperties: 0 },
  exclusive: true,
  run: async (_, { settings: { home } }) => {
    const files = await readConfig(home);
    return files.ok ? checkConfig(files.value) : files;
  },
};
