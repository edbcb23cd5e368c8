import type { TaskKind } from './task.ts';

/** Brings a snapshot from the bucket, for seid to start from (contract §3). The SDK of S3 is loaded as it runs. */
export const snapshotRestore: TaskKind = {
  params: {
    type: 'object',
    properties: {
      targetHeight: {
        description: 'The highest height that will do; 0 is any.',
        type: 'integer',
        minimum: 0,
        maximum: Number.MAX_SAFE_INTEGER,
      },
    },
    additionalProperties: false,
  },
  exclusive: true,
  run: async ({ targetHeight = 0 }, context) => {
    const { restore } = await import('../snapshots/restore.ts');
    return restore(Number(targetHeight), context);
  },
};
