import { cpus, hostname } from 'node:os';
import { readConfig, writeConfig } from '../config/files.ts';
import { type Intent, settingsOf } from '../config/intent.ts';
import { isMarked } from '../home/markers.ts';
import type { TaskKind } from './task.ts';

/**
 * Brings config.toml and app.toml to what a node of a mode has, with the overrides; comments, unknown keys and the order
 * of what is there are kept (ADR 20). Once it is done, doing it again changes nothing.
 */
export const configApply: TaskKind = {
  params: {
    type: 'object',
    additionalProperties: false,
    properties: {
      mode: {
        enum: ['validator', 'full', 'seed', 'archive', ''],
        description: 'The mode whose defaults are written; empty only where incremental is true.',
      },
      overrides: {
        type: 'object',
        additionalProperties: { type: 'string' },
        description: 'Values, as text, by the names of sei-config, such as network.p2p.max_connections.',
      },
      targetVersion: {
        type: 'integer',
        minimum: 0,
        description: 'Of the schema of sei-config: 1 for seid before 6.5, 2 from 6.5 on; 0 is the newest.',
      },
      incremental: { type: 'boolean', description: 'Sets the overrides alone, on what is there.' },
    },
  },
  exclusive: true,
  run: async (params, { settings: { home, chainID } }) => {
    const intent = params as Intent;
    const machine = { hostname: hostname(), cores: cpus().length };
    const settings = settingsOf(intent, machine, chainID, isMarked(home, 'statesync'));
    if (!settings.ok) return settings;
    const files = await readConfig(home, intent.incremental ? undefined : '');
    return files.ok ? writeConfig(home, files.value, settings.value) : files;
  },
};
