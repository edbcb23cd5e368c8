import type { TaskKind } from './task.ts';

/** Uploads snapshots of this node, one an interval, for as long as the sidecar runs. The SDK of S3 is loaded as it runs. */
export const snapshotUpload: TaskKind = {
  params: { type: 'object', additionalProperties: false },
  exclusive: false,
  run: async (_params, context) => {
    const { uploadInTurn } = await import('../snapshots/upload-loop.ts');
    return uploadInTurn(context);
  },
};
